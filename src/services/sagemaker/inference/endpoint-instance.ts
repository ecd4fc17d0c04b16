import type { RunExit } from "../../../executors/port.ts";
import type { ReconcileContext } from "../../../frame/define-reconciler.ts";
import { instanceMemoryWords } from "../../../frame/instance-weight.ts";
import { keepRun } from "../../../frame/keep-run.ts";
import type { HostMetricSubject } from "../../../frame/run.ts";
import type { LogPlace } from "../../../runs/ship-log.ts";
import type { ResourceChange, ResourceDocument } from "../../../stores/resources/port.ts";
import { servingLimitWords } from "../instance-limits.ts";
import { type Instance, newInstance, type Variant } from "./endpoint-fleet.ts";
import { serverRun } from "./server-run.ts";

/** The outcome of tending an instance. */
export interface Tended {
  /** The same object when nothing of it changed. */
  readonly instance: Instance;
  readonly changes: readonly ResourceChange[];
  /** When to look again, milliseconds since 1970. */
  readonly again?: number;
  /** Why the instance never answered a ping; its deployment fails with this reason. */
  readonly failure?: { readonly reason: string; readonly lost?: string };
}

/** Whose model servers they are, and how that is told. */
export interface FleetOwner extends Pick<ResourceDocument, "key" | "id"> {
  readonly noun: "endpoint" | "inference component";
  /** Before the names of its kill points. */
  readonly points: "endpoint" | "inference-component";
  /** The statuses of an update that is being undone, and of one that cannot be. */
  readonly statuses: { readonly rollingBack: string; readonly stuck: string };
  /** How long one that has lost its traffic may answer what it was sent. Default: the longest that a stream may take. */
  readonly longestRequestMilliseconds?: number;
  log(variant: string, instanceId: string): LogPlace;
  hostMetrics(variant: Variant): HostMetricSubject;
}

/** Does the next step towards one model server that answers. One that ended is replaced, under another instance id. */
export async function tendInstance(
  context: ReconcileContext,
  owner: FleetOwner,
  variant: Variant,
  instance: Instance,
): Promise<Tended> {
  const { kept, next, ...rest } = await keepRun(context, instance, {
    of: owner,
    log: owner.log(variant.name, instance.id),
    readyState: "InService",
    unreadyState: "Unhealthy",
    plan: () => ({
      ...serverRun(context, variant),
      hostMetrics: owner.hostMetrics(variant),
    }),
    reached: (point) => context.settings.reached(`${owner.points}:${point}`),
    ended({ code, reason, early }) {
      const limit = overLimit(context, variant, reason);
      const end = limit === undefined ? `ended with code ${code}` : `${limit}${early ? "," : ""}`;
      return `The model server ${end}${early ? " before it answered a ping" : ""}. Please check CloudWatch logs for this ${owner.noun}.`;
    },
  });
  const added = instance.added && { added: instance.added };
  const host = instance.host !== undefined && { host: instance.host };
  return { ...rest, instance: kept ?? { ...newInstance(context), ...next, ...added, ...host } };
}

/** Says which limit a model server was ended at; undefined when at none. */
function overLimit(context: ReconcileContext, variant: Variant, reason: RunExit["reason"]): string | undefined {
  if (reason === "memory" && variant.needs && variant.memoryMegabytes)
    return `used more than ${variant.memoryMegabytes} MB, its MaxMemoryRequiredInMb`;
  if (reason === "memory") return `used more than ${instanceMemoryWords(context, variant.instanceType)}`;
  if (reason === "processes" || reason === "disk") return servingLimitWords(reason, variant.volumeGigabytes);
  return undefined;
}
