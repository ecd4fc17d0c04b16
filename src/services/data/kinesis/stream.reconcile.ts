import { defineReconciler } from "../../../frame/define-reconciler.ts";
import { journalOf, streamKind } from "./stream-kind.ts";

/** Makes the journals of a new stream's shards, and removes those of a deleted one, then its document. */
export const streamReconciler = defineReconciler({
  kind: streamKind,
  unfinished: ["CREATING", "DELETING"],
  async reconcile(document, { journals }) {
    const shards = Array.from({ length: document.wanted.ShardCount }, (_, index) => journalOf(document, index));
    if (document.status === "CREATING") {
      for (const journal of shards) await journals.make(journal);
      return { update: { status: "ACTIVE" } };
    }
    for (const journal of shards) await journals.trim(journal, Number.POSITIVE_INFINITY);
    return { changes: [{ delete: document.key, expected: document.version }] };
  },
});
