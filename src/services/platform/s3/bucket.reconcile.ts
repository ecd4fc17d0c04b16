import { defineReconciler } from "../../../frame/define-reconciler.ts";
import { bucketKind } from "./bucket-document.ts";
import { finishDeletion } from "./delete-bucket.ts";

/** Finishes the deletions of a killed server. It also runs beside the handler of each DeleteBucket, which marks the document. */
export const bucketReconciler = defineReconciler({
  kind: bucketKind,
  unfinished: ["Deleting"],
  async reconcile(document, context) {
    await finishDeletion(context, document);
    return {};
  },
});
