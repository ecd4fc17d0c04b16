import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

/** What an endpoint is asked, how long it takes, and what its machines do. */
export const traffic: Panel = { title: "Traffic", body: lazy(() => import("./traffic-body.tsx")) };
