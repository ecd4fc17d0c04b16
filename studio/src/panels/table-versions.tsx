import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** What a table was before, and what has changed. */
export const tableVersions: Panel = { title: "Versions", body: deferred(() => import("./table-versions-body.tsx")) };
