import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** The columns of a table, and its partition keys. */
export const schema: Panel = { title: "Schema", body: deferred(() => import("./schema-body.tsx")) };
