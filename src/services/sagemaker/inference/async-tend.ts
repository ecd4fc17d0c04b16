import type { ReconcileContext } from "../../../frame/define-reconciler.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { inferenceOf } from "./async-config.ts";
import { processQueue } from "./async-processor.ts";
import { openQueueWindow } from "./async-queue.ts";
import { queueOf, queueWork } from "./async-request.ts";
import type { ActualEndpoint } from "./endpoint.ts";

/**
 * Has the queued requests of an endpoint worked on, and tells that work of a change. Returns whether there is something
 * left to do for an endpoint that is being deleted: each request that was accepted gets its end.
 */
export async function tendQueue(
  document: ResourceDocument<unknown, ActualEndpoint>,
  context: ReconcileContext,
): Promise<boolean> {
  const { key, id, status, actual } = document;
  if (!inferenceOf(actual)) return false;
  const name = queueWork(document);
  if (status === "Deleting" && (await openQueueWindow(context, queueOf(document)).next()).length === 0)
    return context.standingWork.isUnderWay(name);
  context.standingWork.begin(name, (news) => processQueue(context, key, id, news));
  return true;
}
