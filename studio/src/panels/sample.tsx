import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** The first rows of a table. */
export const sample: Panel = { title: "Sample", body: deferred(() => import("./sample-body.tsx")) };
