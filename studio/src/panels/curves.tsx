import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** The metrics of a training job, as it writes them. */
export const curves: Panel = { title: "Curves", body: deferred(() => import("./curves-body.tsx")) };
