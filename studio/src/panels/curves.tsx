import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

/** The metrics of a training job, as it writes them. */
export const curves: Panel = { title: "Curves", body: lazy(() => import("./curves-body.tsx")) };
