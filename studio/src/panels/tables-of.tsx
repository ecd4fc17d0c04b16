import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** The tables of a database, a page at a time. */
export const tablesOf: Panel = { title: "Tables", body: deferred(() => import("./tables-of-body.tsx")) };
