import type { Panel } from "../declare/define-resource.ts";
import type { Item } from "../declare/item.ts";
import { deferred } from "../frame/deferred.tsx";

/** Whether an endpoint queues its requests. */
export const isAsynchronous = ({ AsyncInferenceConfig }: Item): boolean => AsyncInferenceConfig !== undefined;

/** How long the queue of an asynchronous endpoint is, and what became of its requests. */
export const backlogPanel: Panel = {
  title: "Backlog",
  when: isAsynchronous,
  body: deferred(() => import("./backlog-body.tsx")),
};
