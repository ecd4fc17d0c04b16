import { defineReconciler, type ReconcileContext, type ReconcileResult } from "../../../frame/define-reconciler.ts";
import { type Retired, retireRuns } from "../../../frame/keep-run.ts";
import { logGrants } from "../../../frame/log-grants.ts";
import { endRun } from "../../../frame/run.ts";
import { servingGraceSeconds } from "../../../images/serving-plan.ts";
import type { ResourceChange, ResourceDocument } from "../../../stores/resources/port.ts";
import { captureGrants, captureStreams, type Shipped, shipCaptures } from "./capture-shipping.ts";
import { type ActualEndpoint, endpoint, type RetiringInstance, type WantedEndpoint } from "./endpoint.ts";
import { addInstances, isCapacityAsked, settleCapacity, undoCapacity } from "./endpoint-capacity.ts";
import { advance, type Deployment, limitOf } from "./endpoint-deployment.ts";
import { endpointLogGroup, type Fleet, instanceLog, isReady, runIdsOf } from "./endpoint-fleet.ts";
import { earliest, type TendedFleet, tendFleet } from "./endpoint-tend.ts";
import { sessionJournal } from "./invocation-session.ts";
import { dropIdle } from "./serverless-demand.ts";

type EndpointDocument = ResourceDocument<WantedEndpoint, ActualEndpoint>;
type Result = ReconcileResult<WantedEndpoint, ActualEndpoint>;

/** Requests that read the fleet just before it was replaced are sent within this time. */
const lastRequestsMilliseconds = 1_000;

/** An instance that has lost its traffic is let answer what it was sent for this long: the longest that a stream may take. */
const longestRequestMilliseconds = 8 * 60_000;

/**
 * Keeps an endpoint's fleet up, brings up the next one, and hands over the traffic when what is to have it is ready: at
 * once by one write of the document, or in the steps of its deployment. Instances that have lost their traffic are
 * stopped after that; each first answers what it has begun.
 */
export const endpointReconciler = defineReconciler<WantedEndpoint, ActualEndpoint>({
  kind: endpoint,
  unfinished: ["Creating", "InService", "Updating", "RollingBack", "UpdateRollbackFailed", "Deleting"],
  killPoints: {
    "endpoint:created": "The endpoint is written, none of its instances has a run.",
    "endpoint:run-written": "The run of an instance is in the documents and not started.",
    "endpoint:run-started": "The run of an instance is started; none of its events has been read.",
    "endpoint:before-in-service": "All instances answer pings; the endpoint does not know it yet.",
    "endpoint:before-shift": "What is to get a share of the traffic is ready; the endpoint does not know it yet.",
    "endpoint:before-failed": "A deployment is to be undone; the endpoint does not know it yet.",
    "endpoint:before-scaled":
      "The variants have the instances that they were asked to have; the endpoint does not know it.",
    "endpoint:before-captured": "Captured requests are in S3; the endpoint does not know it yet.",
    "endpoint:before-stop": "An instance has lost its traffic and is to end; it has not been told.",
    "endpoint:after-stop": "An instance has been told to end; that is not written.",
    "endpoint:before-removed": "All instances of a deleted endpoint have ended; its document is still there.",
  },
  grants: ({ wanted, actual }) => [
    ...captureGrants(wanted.EndpointName, captureStreams([actual.serving, actual.next], actual.captures)),
    ...logGrants({ logGroupName: endpointLogGroup(wanted.EndpointName), logStreamName: "*" }),
    { actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] },
  ],
  async reconcile(document, context) {
    const retired = await retire(document, context);
    const captured = await ship(document, retired.left.length > 0, context);
    if (document.status === "Deleting") return remove(document, retired, captured, context);
    const { serving: before, next: coming, deployment } = document.actual;
    const of = { key: document.key, id: document.id, name: document.wanted.EndpointName };
    const asked = isCapacityAsked(before) ? addInstances(context, before) : before;
    const serving = await tendFleet(context, of, asked, { fails: ({ added }) => added === true });
    const next = await tendFleet(context, of, coming, {
      fails: () => true,
      limit: deployment && ((variant) => limitOf(deployment, variant)),
    });
    const state: State = {
      document,
      serving,
      next,
      actual: {
        ...document.actual,
        serving: serving.fleet,
        next: next.fleet,
        retiring: retired.left,
        captures: captured.captures,
      },
      changes: [...retired.changes, ...serving.changes, ...next.changes],
      again: earliest(retired.again, captured.again, serving.again, next.again),
    };
    if (coming && !(before && deployment)) return begin(state, context);
    if (deployment) return deploy(state, deployment, context);
    if (isCapacityAsked(serving.fleet)) return scale(state, serving.fleet, context);
    return serving.fleet ? rest(state, serving.fleet, context) : unchanged(state);
  },
});

/** What a reconcile has found and done so far. */
interface State {
  readonly document: EndpointDocument;
  readonly serving: TendedFleet;
  readonly next: TendedFleet;
  readonly actual: ActualEndpoint;
  readonly changes: readonly ResourceChange[];
  readonly again: number | undefined;
}

function unchanged({ document, actual, changes, again }: State, sooner?: number): Result {
  const { serving, next, retiring, captures } = document.actual;
  const changed =
    actual.serving !== serving || actual.next !== next || actual.retiring !== retiring || actual.captures !== captures;
  return { update: changed ? { actual } : undefined, changes, again: earliest(again, sooner) };
}

/** Writes what the fleets have become; instances of `dropped` lose their traffic by it. */
function write(
  { actual, changes, again }: State,
  context: ReconcileContext,
  {
    dropped,
    status,
    ...changed
  }: Partial<ActualEndpoint> & {
    readonly dropped?: Fleet | undefined;
    readonly status?: string;
  },
): Result {
  const stopAt = context.clock.now() + lastRequestsMilliseconds;
  const retiring = retiringOf(dropped, stopAt);
  return {
    update: {
      ...(status !== undefined && { status }),
      actual: { ...actual, ...changed, retiring: [...actual.retiring, ...retiring] },
    },
    changes,
    again: earliest(again, retiring.length > 0 ? stopAt : undefined),
  };
}

/** Brings up the fleet that takes over at once: the first one, or the next one of a plain update. */
async function begin(state: State, context: ReconcileContext): Promise<Result> {
  const { next, serving, document } = state;
  if (next.failure) {
    context.settings.reached("endpoint:before-failed");
    const ended: ResourceChange[] = [];
    const { reason, lost } = next.failure;
    for (const runId of runIdsOf(document.actual.next))
      ended.push(...(await endRun(context, runId, { keep: runId === lost })));
    const status = document.actual.serving ? "InService" : "Failed";
    const actual = { ...state.actual, next: undefined, failureReason: reason };
    const changes = [...state.changes.filter((change) => !next.changes.includes(change)), ...ended];
    return { update: { status, actual }, changes, again: state.again };
  }
  if (!isReady(next.fleet!)) return unchanged(state);
  context.settings.reached("endpoint:before-in-service");
  const replaced = { serving: next.fleet, next: undefined, dropped: serving.fleet };
  return write(state, context, { status: "InService", ...replaced });
}

/** Goes on with a deployment in steps. */
async function deploy(state: State, deployment: Deployment, context: ReconcileContext): Promise<Result> {
  const serving = state.serving.fleet!;
  const next = state.next.fleet!;
  if (deployment.phase === "rolling back" && state.serving.failure) {
    const { fleet, dropped } = undoCapacity(serving);
    const reason = `${deployment.reason} Going back failed: ${state.serving.failure.reason}`;
    const stuck = { ...deployment, phase: "stuck", reason } as const;
    return write(state, context, {
      status: "UpdateRollbackFailed",
      ...{ serving: fleet, dropped, deployment: stuck, failureReason: reason },
    });
  }
  const advanced = await advance(context, deployment, serving, next, state.next.failure?.reason);
  if (!("deployment" in advanced)) return unchanged(state, advanced.again);
  const { dropped, end, deployment: now } = advanced;
  if (end === "taken over") {
    context.settings.reached("endpoint:before-in-service");
    const replaced = { serving: next, next: undefined, deployment: undefined, dropped: serving };
    return write(state, context, { status: "InService", ...replaced });
  }
  if (end === "undone") {
    context.settings.reached("endpoint:before-failed");
    return write(state, context, {
      status: "InService",
      ...{ serving: advanced.serving, next: undefined, deployment: undefined },
      ...{ dropped: next, failureReason: now.reason },
    });
  }
  if (now.share > deployment.share) context.settings.reached("endpoint:before-shift");
  const status = now.phase === "rolling back" ? "RollingBack" : undefined;
  return write(state, context, { status, serving: advanced.serving, deployment: now, dropped });
}

/** Looks after a fleet of which nothing is asked. */
function rest(state: State, fleet: Fleet, context: ReconcileContext): Result {
  const idle = dropIdle(context, state.document.id, fleet);
  if (!idle.dropped) return unchanged(state, idle.again);
  return write(state, context, { serving: idle.fleet, dropped: idle.dropped });
}

/** Ends a change of weights and instance counts when what was added answers, or never did. */
function scale(state: State, fleet: Fleet, context: ReconcileContext): Result {
  const { failure } = state.serving;
  const settled = failure ? undoCapacity(fleet) : settleCapacity(fleet);
  if (!settled) return unchanged(state);
  context.settings.reached("endpoint:before-scaled");
  return write(state, context, {
    status: "InService",
    ...{ serving: settled.fleet, dropped: settled.dropped },
    ...(failure && { failureReason: failure.reason }),
  });
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

const ship = ({ wanted, actual, status }: EndpointDocument, retiring: boolean, context: ReconcileContext) =>
  shipCaptures(context, {
    name: wanted.EndpointName,
    fleets: [actual.serving, actual.next],
    captures: actual.captures,
    retiring,
    ending: status === "Deleting" && !actual.serving && !retiring,
  });

/**
 * First all instances lose their traffic, then they end, and what was captured goes to S3. The document is deleted with
 * the last of it.
 */
async function remove(
  document: EndpointDocument,
  retired: Retired<RetiringInstance>,
  { captures, again: shipAgain }: Shipped,
  context: ReconcileContext,
): Promise<Result> {
  const { serving, next, retiring } = document.actual;
  const { left, changes, again } = retired;
  if (serving || next) {
    const ending = [...retiringOf(serving, 0), ...retiringOf(next, 0)];
    const kept = captureStreams([serving, next], captures);
    return { update: { actual: { retiring: [...left, ...ending], captures: kept } }, changes };
  }
  if (left.length > 0 || (captures?.length ?? 0) > 0) {
    const changed = left !== retiring || captures !== document.actual.captures;
    return {
      update: changed ? { actual: { retiring: left, captures } } : undefined,
      changes,
      again: earliest(again, shipAgain),
    };
  }
  await context.sessions.drop(sessionJournal(document.id));
  context.settings.reached("endpoint:before-removed");
  return { changes: [...changes, { delete: document.key, expected: document.version }] };
}

const retiringOf = (fleet: Fleet | undefined, stopAt: number): RetiringInstance[] =>
  (fleet?.variants ?? []).flatMap(({ name, instances }) =>
    instances.flatMap(({ id, runId }) =>
      runId === undefined ? [] : [{ variant: name, instanceId: id, runId, stopAt, stopped: false }],
    ),
  );
