import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { allDocuments, keyText, type ResourceKey } from "../../../stores/resources/port.ts";
import type { Fleet } from "./endpoint-fleet.ts";

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
export async function checkInstanceRoom(context: Context, key: ResourceKey, next: Fleet): Promise<void> {
  const most = mostInstances(context);
  const asked = count(next);
  let used = 0;
  for await (const document of allDocuments(context.resources, key.kind, {})) {
    if (keyText(document.key) === keyText(key)) continue;
    const { serving, next } = document.actual as { readonly serving?: Fleet; readonly next?: Fleet };
    used += Math.max(count(serving), count(next));
  }
  if (used + asked <= most) return;
  throw new Fault(
    "ResourceLimitExceeded",
    `The account-level service limit '${next.variants[0]!.instanceType} for endpoint usage' is ${most} Instances, with current utilization of ${used} Instances and a request delta of ${asked} Instances. ` +
      "Here each instance is a process of this machine, and the limit is for all endpoints together: delete endpoints, ask for fewer, or start the server with another SAGEBRUSH_ENDPOINT_INSTANCES.",
  );
}

const count = (fleet: Fleet | undefined): number =>
  (fleet?.variants ?? []).reduce((sum, { instances }) => sum + instances.length, 0);
