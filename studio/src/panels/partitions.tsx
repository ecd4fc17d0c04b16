import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

/** The partitions of a table, narrowed by an expression. */
export const partitions: Panel = {
  title: "Partitions",
  body: lazy(() => import("./partitions-body.tsx")),
  when: ({ PartitionKeys }) => Array.isArray(PartitionKeys) && PartitionKeys.length > 0,
};
