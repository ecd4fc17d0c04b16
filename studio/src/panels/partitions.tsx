import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** The partitions of a table, narrowed by an expression. */
export const partitions: Panel = {
  title: "Partitions",
  body: deferred(() => import("./partitions-body.tsx")),
  when: ({ PartitionKeys }) => Array.isArray(PartitionKeys) && PartitionKeys.length > 0,
};
