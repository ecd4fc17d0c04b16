import { lazy } from "react";
import type { Panel } from "../declare/define-resource.ts";

export const tags: Panel = { title: "Tags", body: lazy(() => import("./tags-body.tsx")) };
