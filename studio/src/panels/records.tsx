import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** The records of a group: looked up, put, deleted, and their history. */
export const records: Panel = {
  title: "Records",
  body: deferred(() => import("./records-body.tsx")),
  when: ({ FeatureGroupStatus }) => FeatureGroupStatus === "Created",
};
