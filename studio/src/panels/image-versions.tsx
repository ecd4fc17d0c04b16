import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

/** The versions of an image, the newest first. */
export const imageVersions: Panel = { title: "Versions", body: deferred(() => import("./image-versions-body.tsx")) };
