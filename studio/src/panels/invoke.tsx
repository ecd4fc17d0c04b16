import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

/** Sends a request to an endpoint by hand. */
export const invoke: Panel = { title: "Test", body: lazy(() => import("./invoke-body.tsx")) };
