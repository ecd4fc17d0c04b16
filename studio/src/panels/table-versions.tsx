import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

/** What a table was before, and what has changed. */
export const tableVersions: Panel = { title: "Versions", body: lazy(() => import("./table-versions-body.tsx")) };
