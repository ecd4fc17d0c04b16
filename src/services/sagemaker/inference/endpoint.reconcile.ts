import { defineReconciler, type ReconcileContext, type ReconcileResult } from "../../../frame/define-reconciler.ts";
import { endRun, executorOf } from "../../../frame/run.ts";
import { servingGraceSeconds } from "../../../images/serving-plan.ts";
import type { ResourceChange, ResourceDocument } from "../../../stores/resources/port.ts";
import { type ActualEndpoint, endpoint, type RetiringInstance, type WantedEndpoint } from "./endpoint.ts";
import { type Fleet, type Instance, isReady, runIdsOf, type Variant } from "./endpoint-fleet.ts";
import { followInstance, tendInstance } from "./endpoint-instance.ts";

type EndpointDocument = ResourceDocument<WantedEndpoint, ActualEndpoint>;
type Result = ReconcileResult<WantedEndpoint, ActualEndpoint>;

/** Requests that looked the fleet up just before it was replaced have been sent by then. */
const lastRequestsMilliseconds = 1_000;

/**
 * Keeps an endpoint's fleet up, brings up the next one, and hands over the traffic by one write of the document when all
 * of it is ready. Instances of the fleet before are asked to end after that: a model server answers what it has begun.
 */
export const endpointReconciler = defineReconciler<WantedEndpoint, ActualEndpoint>({
  resource: endpoint,
  watches: ["run"],
  unfinished: ["Creating", "InService", "Updating", "Deleting"],
  async reconcile(document, context) {
    const retired = await retire(document, context);
    if (document.status === "Deleting") return remove(document, retired, context);
    const serving = await tend(document, document.actual.serving, context);
    const next = await tend(document, document.actual.next, context);
    const again = earliest(retired.again, serving.again, next.again);
    const actual = { ...document.actual, serving: serving.fleet, next: next.fleet, retiring: retired.left };

    if (next.failure !== undefined) {
      context.settings.reached("endpoint:before-failed");
      const status = document.actual.serving ? "InService" : "Failed";
      const ended = [];
      for (const runId of runIdsOf(document.actual.next)) ended.push(...(await endRun(context, runId)));
      return {
        update: { status, actual: { ...actual, next: undefined, failureReason: next.failure } },
        changes: [...retired.changes, ...serving.changes, ...ended],
        again,
      };
    }
    const changes = [...retired.changes, ...serving.changes, ...next.changes];
    if (next.fleet && isReady(next.fleet)) {
      context.settings.reached("endpoint:before-in-service");
      const stopAt = context.clock.now() + lastRequestsMilliseconds;
      const replaced = retiringOf(serving.fleet, stopAt);
      return {
        update: {
          status: "InService",
          actual: { ...actual, serving: next.fleet, next: undefined, retiring: [...retired.left, ...replaced] },
        },
        changes,
        again: earliest(again, replaced.length > 0 ? stopAt : undefined),
      };
    }
    const changed =
      serving.fleet !== document.actual.serving ||
      next.fleet !== document.actual.next ||
      retired.left !== document.actual.retiring;
    return { update: changed ? { actual } : undefined, changes, again };
  },
});

interface TendedFleet {
  /** The same object when nothing of it changed. */
  readonly fleet: Fleet | undefined;
  readonly changes: readonly ResourceChange[];
  readonly again?: number;
  readonly failure?: string;
}

async function tend(
  { wanted }: EndpointDocument,
  fleet: Fleet | undefined,
  context: ReconcileContext,
): Promise<TendedFleet> {
  if (!fleet) return { fleet, changes: [] };
  const changes: ResourceChange[] = [];
  let again: number | undefined;
  let failure: string | undefined;
  let changed = false;
  const variants: Variant[] = [];
  for (const variant of fleet.variants) {
    const instances: Instance[] = [];
    for (const instance of variant.instances) {
      const tended = await tendInstance(context, wanted.EndpointName, variant, instance);
      changed ||= tended.instance !== instance;
      instances.push(tended.instance);
      changes.push(...tended.changes);
      again = earliest(again, tended.again);
      failure ??= tended.failure;
    }
    variants.push({ ...variant, instances });
  }
  return { fleet: changed ? { ...fleet, variants } : fleet, changes, again, failure };
}

interface Retired {
  /** The same array when nothing of it changed. */
  readonly left: readonly RetiringInstance[];
  readonly changes: readonly ResourceChange[];
  readonly again?: number;
}

/** Asks instances without traffic to end when it is time, and lets those go that have ended. */
async function retire({ wanted, actual }: EndpointDocument, context: ReconcileContext): Promise<Retired> {
  const left: RetiringInstance[] = [];
  const changes: ResourceChange[] = [];
  let again: number | undefined;
  for (const retiring of actual.retiring) {
    const { variant, instanceId, runId, stopAt, stopped } = retiring;
    const run = await followInstance(context, wanted.EndpointName, variant, instanceId, runId);
    if (run.ended) changes.push(...(await endRun(context, runId)));
    else if (stopped) left.push(retiring);
    else if (context.clock.now() < stopAt) {
      left.push(retiring);
      again = earliest(again, stopAt);
    } else {
      context.settings.reached("endpoint:before-stop");
      const executor = await executorOf(context, context, runId, context.resources);
      await executor.stop(runId, servingGraceSeconds);
      context.settings.reached("endpoint:after-stop");
      left.push({ ...retiring, stopped: true });
    }
  }
  const same = left.length === actual.retiring.length && left.every((one, index) => one === actual.retiring[index]);
  return { left: same ? actual.retiring : left, changes, again };
}

/** First all instances lose their traffic, then they end, then the document goes with the last of them. */
function remove(document: EndpointDocument, retired: Retired, context: ReconcileContext): Result {
  const { serving, next, retiring } = document.actual;
  const { left, changes, again } = retired;
  if (serving || next)
    return {
      update: { actual: { retiring: [...left, ...retiringOf(serving, 0), ...retiringOf(next, 0)] } },
      changes,
    };
  if (left.length > 0)
    return { update: left === retiring ? undefined : { actual: { retiring: left } }, changes, again };
  context.settings.reached("endpoint:before-removed");
  return { changes: [...changes, { delete: document.key, expected: document.version }] };
}

const retiringOf = (fleet: Fleet | undefined, stopAt: number): RetiringInstance[] =>
  (fleet?.variants ?? []).flatMap(({ name, instances }) =>
    instances.flatMap(({ id, runId }) =>
      runId === undefined ? [] : [{ variant: name, instanceId: id, runId, stopAt, stopped: false }],
    ),
  );

function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
