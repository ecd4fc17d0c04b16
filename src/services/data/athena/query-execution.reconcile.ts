import { defineReconciler } from "../../../frame/define-reconciler.ts";
import { type QueryDocument, queryKind } from "./athena-kinds.ts";
import { callerOf } from "./query-caller.ts";
import { workName } from "./query-work.ts";
import { runQuery } from "./run-query.ts";

/** Begins the work on queries, also on those that a server before this one had begun. */
export const queryExecutionReconciler = defineReconciler({
  kind: queryKind,
  unfinished: ["QUEUED", "RUNNING"],
  caller: callerOf,
  async reconcile(document, context) {
    context.engines.begin(workName(context, document.key.name), (signal) =>
      runQuery(document as QueryDocument, context, signal),
    );
    return {};
  },
});
