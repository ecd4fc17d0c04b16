import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

/** The first rows of a table. */
export const sample: Panel = { title: "Sample", body: lazy(() => import("./sample-body.tsx")) };
