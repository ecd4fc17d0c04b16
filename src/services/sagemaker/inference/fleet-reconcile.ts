import type { ReconcileContext, ReconcileResult } from "../../../frame/define-reconciler.ts";
import { type RetiringRun, retireRuns } from "../../../frame/keep-run.ts";
import { endRun } from "../../../frame/run.ts";
import { servingGraceSeconds } from "../../../images/serving-plan.ts";
import type { ResourceChange, ResourceDocument } from "../../../stores/resources/port.ts";
import type { CopyNeeds } from "./copy-needs.ts";
import { addInstances, isCapacityAsked, settleCapacity, undoCapacity } from "./endpoint-capacity.ts";
import { advance, type Deployment, limitOf } from "./endpoint-deployment.ts";
import { type Fleet, isReady, runIdsOf } from "./endpoint-fleet.ts";
import type { FleetOwner } from "./endpoint-instance.ts";
import { earliest, type TendedFleet, tendFleet } from "./endpoint-tend.ts";

/** What an endpoint or an inference component has of model servers. */
export interface Fleets<F extends Fleet = Fleet> {
  /** The fleet that gets the traffic. */
  readonly serving?: F;
  /** The fleet that is being started; it takes over when all of it is ready. */
  readonly next?: F;
  /** How far the next fleet has come, when it does not take over at once. */
  readonly deployment?: Deployment;
  /** Instances that no longer get traffic. */
  readonly retiring: readonly RetiringInstance[];
  /** Why the last deployment failed. */
  readonly failureReason?: string;
}

export interface RetiringInstance extends RetiringRun {
  readonly variant: string;
  readonly instanceId: string;
  /** The instance that a copy is placed on, and what it takes of it until it has ended. */
  readonly host?: string;
  readonly needs?: CopyNeeds;
}

/** Requests that read the fleet just before it was replaced are sent within this time. */
const lastRequestsMilliseconds = 1_000;

/** An instance that has lost its traffic is let answer what it was sent for this long: the longest that a stream may take. */
const longestRequestMilliseconds = 8 * 60_000;

type Owned<A extends Fleets> = ResourceDocument<unknown, A>;

/** What a reconcile has found and done so far. */
export interface FleetState<F extends Fleet, A extends Fleets<F>> {
  readonly document: Owned<A>;
  readonly owner: FleetOwner;
  readonly serving: TendedFleet<F | undefined>;
  readonly next: TendedFleet<F | undefined>;
  readonly actual: A;
  readonly changes: readonly ResourceChange[];
  readonly again: number | undefined;
}

type Result<A> = Pick<ReconcileResult<never, A>, "changes" | "again"> & {
  readonly update?: { readonly status?: string; readonly actual?: A };
};

/** Stops instances without traffic when they are due, and drops those that have ended. */
export const retireFleet = (
  { log, points, longestRequestMilliseconds: longest = longestRequestMilliseconds }: FleetOwner,
  { retiring }: Fleets,
  context: ReconcileContext,
) =>
  retireRuns(context, retiring, {
    graceSeconds: servingGraceSeconds,
    log: ({ variant, instanceId }) => log(variant, instanceId),
    reached: (point) => context.settings.reached(`${points}:${point}`),
    isBusy: ({ runId, stopAt }) => context.outstanding.of(runId) > 0 && context.clock.now() < stopAt + longest,
  });

/** Returns the fleet that serves with the instances that it lacks for what is asked of it. */
export const asked = <F extends Fleet>(context: ReconcileContext, { serving }: Fleets<F>): F | undefined =>
  isCapacityAsked(serving) ? addInstances(context, serving) : serving;

/** Does the next step towards each model server of the two fleets. */
export async function tendFleets<F extends Fleet>(
  context: ReconcileContext,
  owner: FleetOwner,
  { serving, next, deployment }: Fleets<F>,
): Promise<{ readonly serving: TendedFleet<F | undefined>; readonly next: TendedFleet<F | undefined> }> {
  return {
    serving: await tendFleet(context, owner, serving, { fails: ({ added }) => added === true }),
    next: await tendFleet(context, owner, next, {
      fails: () => true,
      limit: deployment && ((variant) => limitOf(deployment, variant)),
    }),
  };
}

/**
 * Hands over the traffic when what is to have it is ready, at once by one write of the document or in the steps of its
 * deployment, and ends a change of weights and counts.
 */
export async function moveTraffic<F extends Fleet, A extends Fleets<F>>(
  state: FleetState<F, A>,
  context: ReconcileContext,
  rest: (fleet: F) => Result<A>,
): Promise<Result<A>> {
  const { serving: before, next: coming, deployment } = state.document.actual;
  if (coming && !(before && deployment)) return begin(state, context);
  if (deployment) return deploy(state, deployment, context);
  if (isCapacityAsked(state.serving.fleet)) return scale(state, state.serving.fleet, context);
  return state.serving.fleet ? rest(state.serving.fleet) : unchanged(state);
}

export function unchanged<F extends Fleet, A extends Fleets<F>>(
  { document, actual, changes, again }: FleetState<F, A>,
  sooner?: number,
): Result<A> {
  const before = document.actual as Readonly<Record<string, unknown>>;
  const changed = Object.entries(actual).some(([member, value]) => before[member] !== value);
  return { ...(changed && { update: { actual } }), changes, again: earliest(again, sooner) };
}

/** Writes what the fleets have become; instances of `dropped` lose their traffic by it. */
export function writeFleets<F extends Fleet, A extends Fleets<F>>(
  { actual, changes, again }: FleetState<F, A>,
  context: ReconcileContext,
  { dropped, status, ...changed }: Partial<Fleets<F>> & { readonly dropped?: F | undefined; readonly status?: string },
): Result<A> {
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
async function begin<F extends Fleet, A extends Fleets<F>>(
  state: FleetState<F, A>,
  context: ReconcileContext,
): Promise<Result<A>> {
  const { next, serving, document, owner } = state;
  if (next.failure) {
    context.settings.reached(`${owner.points}:before-failed`);
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
  context.settings.reached(`${owner.points}:before-in-service`);
  const replaced = { serving: next.fleet, next: undefined, dropped: serving.fleet };
  return writeFleets<F, A>(state, context, { status: "InService", ...replaced } as object);
}

/** Goes on with a deployment in steps. */
async function deploy<F extends Fleet, A extends Fleets<F>>(
  state: FleetState<F, A>,
  deployment: Deployment,
  context: ReconcileContext,
): Promise<Result<A>> {
  const { owner } = state;
  const serving = state.serving.fleet!;
  const next = state.next.fleet!;
  const write = (changed: object) => writeFleets<F, A>(state, context, changed);
  if (deployment.phase === "rolling back" && state.serving.failure) {
    const { fleet, dropped } = undoCapacity(serving);
    const reason = `${deployment.reason} Going back failed: ${state.serving.failure.reason}`;
    const stuck = { ...deployment, phase: "stuck", reason } as const;
    return write({
      status: owner.statuses.stuck,
      ...{ serving: fleet, dropped, deployment: stuck, failureReason: reason },
    });
  }
  const advanced = await advance(context, deployment, serving, next, state.next.failure?.reason);
  if (!("deployment" in advanced)) return unchanged(state, advanced.again);
  const { dropped, end, deployment: now } = advanced;
  if (end === "taken over") {
    context.settings.reached(`${owner.points}:before-in-service`);
    const replaced = { serving: next, next: undefined, deployment: undefined, dropped: serving };
    return write({ status: "InService", ...replaced });
  }
  if (end === "undone") {
    context.settings.reached(`${owner.points}:before-failed`);
    return write({
      status: "InService",
      ...{ serving: advanced.serving, next: undefined, deployment: undefined },
      ...{ dropped: next, failureReason: now.reason },
    });
  }
  if (now.share > deployment.share) context.settings.reached(`${owner.points}:before-shift`);
  const status = now.phase === "rolling back" ? owner.statuses.rollingBack : undefined;
  const changed = { serving: advanced.serving, ...(advanced.next && { next: advanced.next }) };
  return write({ status, ...changed, deployment: now, dropped });
}

/** Ends a change of weights and instance counts when what was added answers, or never did. */
function scale<F extends Fleet, A extends Fleets<F>>(
  state: FleetState<F, A>,
  fleet: F,
  context: ReconcileContext,
): Result<A> {
  const { failure } = state.serving;
  const settled = failure ? undoCapacity(fleet) : settleCapacity(fleet);
  if (!settled) return unchanged(state);
  context.settings.reached(`${state.owner.points}:before-scaled`);
  return writeFleets<F, A>(state, context, {
    status: "InService",
    ...{ serving: settled.fleet, dropped: settled.dropped },
    ...(failure && { failureReason: failure.reason }),
  } as object);
}

/** Takes all instances out of service, for a deletion; undefined when none is in it. */
export function withdraw<F extends Fleet>({ serving, next, retiring }: Fleets<F>): RetiringInstance[] | undefined {
  return serving || next ? [...retiring, ...retiringOf(serving, 0), ...retiringOf(next, 0)] : undefined;
}

const retiringOf = (fleet: Fleet | undefined, stopAt: number): RetiringInstance[] =>
  (fleet?.variants ?? []).flatMap(({ name, instances, needs }) =>
    instances.flatMap(({ id, runId, host }) =>
      runId === undefined
        ? []
        : [
            {
              ...{ variant: name, instanceId: id, runId, stopAt, stopped: false },
              ...(host !== undefined && needs && { host, needs }),
            },
          ],
    ),
  );
