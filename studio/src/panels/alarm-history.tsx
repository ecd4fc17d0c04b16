import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

/** When an alarm changed its state or was changed, and what it did. */
export const alarmHistory: Panel = { title: "History", body: lazy(() => import("./alarm-history-body.tsx")) };
