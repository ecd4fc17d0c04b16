import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** The features of a group. */
export const groupFeatures: Panel = { title: "Features", body: deferred(() => import("./group-features-body.tsx")) };
