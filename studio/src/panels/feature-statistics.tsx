import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** What the values of a feature are like. */
export const featureStatistics: Panel = {
  title: "Statistics",
  body: deferred(() => import("./feature-statistics-body.tsx")),
};
