import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** Sends a request to an endpoint by hand. */
export const invoke: Panel = { title: "Test", body: deferred(() => import("./invoke-body.tsx")) };
