import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** When an alarm changed its state or was changed, and what it did. */
export const alarmHistory: Panel = { title: "History", body: deferred(() => import("./alarm-history-body.tsx")) };
