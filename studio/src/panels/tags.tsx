import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

export const tags: Panel = { title: "Tags", body: deferred(() => import("./tags-body.tsx")) };
