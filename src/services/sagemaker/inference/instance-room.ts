import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { keyText, type ResourceKey } from "../../../stores/resources/port.ts";
import { type EndpointFleet, instanceCount } from "./endpoint-fleet.ts";
import { copiesOn } from "./hosting-variant.ts";

/** A small model's server and the program that stages it take 162 MiB; this leaves room for models and for jobs. */
const bytesOfInstance = 512 * 1024 ** 2;
const leastInstances = 16;

/** Returns how many instances all endpoints of the server together may have. */
function mostInstances({ machine, settings }: Pick<Context, "machine" | "settings">): number {
  return settings.endpointInstances || Math.max(leastInstances, Math.floor(machine.memoryBytes / bytesOfInstance));
}

/**
 * Refuses a fleet that this machine has no room for beside those of all other endpoints, in every account and region.
 * @param key the endpoint that the fleet is for; the fleet that it has now ends when the new one takes over
 * @throws Fault in AWS's words
 */
export async function checkInstanceRoom(context: Context, key: ResourceKey, next: EndpointFleet): Promise<void> {
  const type = (next.hosting ?? next.variants)[0]!.instanceType ?? "serverless";
  return checkServerRoom(context, key, instanceCount(next) + copiesOn(next.hosting), type);
}

/**
 * Refuses model servers that this machine has no room for.
 * @param asked how many the endpoint is to have
 * @throws Fault in AWS's words
 */
export async function checkServerRoom(context: Context, key: ResourceKey, asked: number, type: string): Promise<void> {
  const most = mostInstances(context);
  // One page has them all: every one of these endpoints has an instance, and all together have no more than the most.
  const held = { labels: { [instancesLabel]: { from: 1 } }, limit: most + 1 };
  const { documents } = await context.resources.list(key.kind, held);
  const used = documents
    .filter((document) => keyText(document.key) !== keyText(key))
    .reduce((sum, { labels }) => sum + Number(labels![instancesLabel]), 0);
  if (used + asked <= most) return;
  throw new Fault(
    "ResourceLimitExceeded",
    `The account-level service limit '${type} for endpoint usage' is ${most} Instances, with current utilization of ${used} Instances and a request delta of ${asked} Instances. ` +
      "Here each instance is a process of this machine, and the limit is for all endpoints together: delete endpoints, ask for fewer, or start the server with another SAGEBRUSH_ENDPOINT_INSTANCES.",
  );
}

/** The label of endpoints that have instances: how many. */
export const instancesLabel = "instances";

/** Returns how many instances an endpoint takes: during an update, those of the larger fleet. */
export const instancesOf = ({
  serving,
  next,
}: {
  readonly serving?: EndpointFleet;
  readonly next?: EndpointFleet;
}): number | undefined =>
  Math.max(instanceCount(serving), instanceCount(next)) + copiesOn(serving?.hosting) || undefined;
