import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

/** The tables of a database, a page at a time. */
export const tablesOf: Panel = { title: "Tables", body: lazy(() => import("./tables-of-body.tsx")) };
