import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** What an alarm watches, with the line that it must not cross. */
export const alarmMetric: Panel = { title: "Metric", body: deferred(() => import("./alarm-metric-body.tsx")) };
