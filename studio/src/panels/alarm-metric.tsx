import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

/** What an alarm watches, with the line that it must not cross. */
export const alarmMetric: Panel = { title: "Metric", body: lazy(() => import("./alarm-metric-body.tsx")) };
