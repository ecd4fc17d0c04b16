import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

/** The columns of a table, and its partition keys. */
export const schema: Panel = { title: "Schema", body: lazy(() => import("./schema-body.tsx")) };
