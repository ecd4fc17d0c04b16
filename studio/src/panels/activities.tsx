import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

/** How a scalable target was scaled, and why. */
export const activities: Panel = { title: "Activities", body: lazy(() => import("./activities-body.tsx")) };
