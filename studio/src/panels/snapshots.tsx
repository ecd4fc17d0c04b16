import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** What a table of Iceberg was at each of its commits. */
export const snapshots: Panel = {
  title: "Snapshots",
  body: deferred(() => import("./snapshots-body.tsx")),
  when: ({ Parameters }) => /^iceberg$/i.test((Parameters as Record<string, string> | undefined)?.table_type ?? ""),
};
