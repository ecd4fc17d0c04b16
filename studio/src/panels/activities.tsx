import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** How a scalable target was scaled, and why. */
export const activities: Panel = { title: "Activities", body: deferred(() => import("./activities-body.tsx")) };
