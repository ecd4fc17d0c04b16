import { defineReconciler, type ReconcileContext, type ReconcileResult } from "../../../frame/define-reconciler.ts";
import { type Retired, retireRuns } from "../../../frame/keep-run.ts";
import { logGrants } from "../../../frame/log-grants.ts";
import { endRun } from "../../../frame/run.ts";
import { servingGraceSeconds } from "../../../images/serving-plan.ts";
import type { ResourceChange, ResourceDocument } from "../../../stores/resources/port.ts";
import { type ActualEndpoint, endpoint, type RetiringInstance, type WantedEndpoint } from "./endpoint.ts";
import { addInstances, isCapacityAsked, settleCapacity, undoCapacity } from "./endpoint-capacity.ts";
import {
  endpointLogGroup,
  type Fleet,
  type Instance,
  instanceLog,
  isReady,
  runIdsOf,
  type Variant,
} from "./endpoint-fleet.ts";
import { type Tended, tendInstance } from "./endpoint-instance.ts";

type EndpointDocument = ResourceDocument<WantedEndpoint, ActualEndpoint>;
type Result = ReconcileResult<WantedEndpoint, ActualEndpoint>;

/** Requests that read the fleet just before it was replaced are sent within this time. */
const lastRequestsMilliseconds = 1_000;

/** An instance that has lost its traffic is let answer what it was sent for this long. */
const longestRequestMilliseconds = 60_000;

/**
 * Keeps an endpoint's fleet up, brings up the next one, and hands over the traffic by one write of the document when
 * all of the next fleet is ready. Instances of the former fleet are stopped after that; each first answers what it has
 * begun.
 */
export const endpointReconciler = defineReconciler<WantedEndpoint, ActualEndpoint>({
  kind: endpoint,
  unfinished: ["Creating", "InService", "Updating", "Deleting"],
  killPoints: {
    "endpoint:created": "The endpoint is written, none of its instances has a run.",
    "endpoint:run-written": "The run of an instance is in the documents and not started.",
    "endpoint:run-started": "The run of an instance is started; none of its events has been read.",
    "endpoint:before-in-service": "All instances answer pings; the endpoint does not know it yet.",
    "endpoint:before-failed": "An instance of a deployment has ended; the endpoint does not know it yet.",
    "endpoint:before-scaled":
      "The variants have the instances that they were asked to have; the endpoint does not know it.",
    "endpoint:before-stop": "An instance has lost its traffic and is to end; it has not been told.",
    "endpoint:after-stop": "An instance has been told to end; that is not written.",
    "endpoint:before-removed": "All instances of a deleted endpoint have ended; its document is still there.",
  },
  grants: ({ wanted }) => logGrants({ logGroupName: endpointLogGroup(wanted.EndpointName), logStreamName: "*" }),
  async reconcile(document, context) {
    const retired = await retire(document, context);
    if (document.status === "Deleting") return remove(document, retired, context);
    const asked = document.actual.serving;
    const serving = await tend(document, isCapacityAsked(asked) ? addInstances(context, asked) : asked, context);
    const next = await tend(document, document.actual.next, context);
    const again = earliest(retired.again, serving.again, next.again);
    const actual = { ...document.actual, serving: serving.fleet, next: next.fleet, retiring: retired.left };

    if (next.failure !== undefined) {
      context.settings.reached("endpoint:before-failed");
      const status = document.actual.serving ? "InService" : "Failed";
      const ended = [];
      const { reason, lost } = next.failure;
      for (const runId of runIdsOf(document.actual.next))
        ended.push(...(await endRun(context, runId, { keep: runId === lost })));
      return {
        update: { status, actual: { ...actual, next: undefined, failureReason: reason } },
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
    if (isCapacityAsked(serving.fleet)) {
      const settled = serving.failure ? undoCapacity(serving.fleet) : settleCapacity(serving.fleet);
      if (settled) {
        context.settings.reached("endpoint:before-scaled");
        const stopAt = context.clock.now() + lastRequestsMilliseconds;
        const dropped = retiringOf(settled.dropped, stopAt);
        return {
          update: {
            status: "InService",
            actual: {
              ...actual,
              serving: settled.fleet,
              retiring: [...retired.left, ...dropped],
              ...(serving.failure && { failureReason: serving.failure.reason }),
            },
          },
          changes,
          again: earliest(again, dropped.length > 0 ? stopAt : undefined),
        };
      }
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
  readonly failure?: Tended["failure"];
}

async function tend(
  { key, id, wanted, actual: { next } }: EndpointDocument,
  fleet: Fleet | undefined,
  context: ReconcileContext,
): Promise<TendedFleet> {
  if (!fleet) return { fleet, changes: [] };
  const changes: ResourceChange[] = [];
  let again: number | undefined;
  let failure: Tended["failure"];
  let changed = false;
  const variants: Variant[] = [];
  for (const variant of fleet.variants) {
    const instances: Instance[] = [];
    for (const instance of variant.instances) {
      const tended = await tendInstance(context, { key, id, name: wanted.EndpointName }, variant, instance);
      // One of a fleet in service is replaced, and only one that was added fails what it was added for.
      changed ||= tended.instance !== instance;
      instances.push(tended.instance);
      changes.push(...tended.changes);
      again = earliest(again, tended.again);
      if (instance.added || fleet === next) failure ??= tended.failure;
    }
    variants.push({ ...variant, instances });
  }
  return { fleet: changed ? { ...fleet, variants } : fleet, changes, again, failure };
}

/** Stops instances without traffic when they are due, and drops those that have ended. */
const retire = ({ wanted, actual }: EndpointDocument, context: ReconcileContext) =>
  retireRuns(context, actual.retiring, {
    graceSeconds: servingGraceSeconds,
    log: ({ variant, instanceId }) => instanceLog(wanted.EndpointName, variant, instanceId),
    reached: (point) => context.settings.reached(`endpoint:${point}`),
    isBusy: ({ runId, stopAt }) =>
      context.outstanding.of(runId) > 0 && context.clock.now() < stopAt + longestRequestMilliseconds,
  });

/** First all instances lose their traffic, then they end. The document is deleted with the last of them. */
function remove(document: EndpointDocument, retired: Retired<RetiringInstance>, context: ReconcileContext): Result {
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
