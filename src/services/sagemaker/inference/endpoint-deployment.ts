import type { ReconcileContext } from "../../../frame/define-reconciler.ts";
import type { DeploymentPlan, VariantCounts } from "./deployment-plan.ts";
import { batchesOf } from "./deployment-plan.ts";
import { addInstances, settleCapacity } from "./endpoint-capacity.ts";
import { type EndpointFleet, type Fleet, instancesReady, type Variant } from "./endpoint-fleet.ts";

/** How far the next fleet of an endpoint has come. */
export interface Deployment {
  readonly plan: DeploymentPlan;
  /** Milliseconds since 1970, as `since`. */
  readonly started: number;
  /** The shift that is under way, or that is made ready. */
  readonly step: number;
  readonly phase: "creating" | "activating" | "baking" | "terminating" | "rolling back" | "stuck";
  /** When the phase began. */
  readonly since: number;
  /** The share of the traffic that the next fleet has. */
  readonly share: number;
  /** Rolling: the instances that the former fleet had. */
  readonly former?: VariantCounts;
  /** Why it is undone. */
  readonly reason?: string;
}

/** What the fleets of an endpoint become by a step of its deployment. */
export interface Advanced<F extends Fleet> {
  readonly serving: F;
  /** The next fleet, where instances of it are taken away. */
  readonly next?: F;
  readonly deployment: Deployment;
  /** Instances that have lost their traffic. */
  readonly dropped?: F;
  /** Whether the next fleet has taken over, or the former has the traffic again. */
  readonly end?: "taken over" | "undone";
  readonly again?: number;
}

/** The data plane has seen a shift after this time. */
const activatingMilliseconds = 1_000;
/** How often alarms are looked at while a shift is watched. */
const alarmMilliseconds = 5_000;

export const countsOf = ({ variants, hosting = [] }: Fleet & Pick<EndpointFleet, "hosting">): VariantCounts =>
  Object.fromEntries([
    ...variants.map(({ name, instances }) => [name, instances.length]),
    ...hosting.map(({ name, hosts }) => [name, Math.max(1, hosts.length)]),
  ]);

/** Returns a deployment of which nothing has been done. */
export function beginDeployment(
  { clock }: Pick<ReconcileContext, "clock">,
  plan: DeploymentPlan,
  serving: Fleet,
): Deployment {
  const now = clock.now();
  const former = plan.batches && countsOf(serving);
  return { plan, started: now, step: 0, phase: "creating", since: now, share: 0, ...(former && { former }) };
}

/** Returns how many instances of a variant of the next fleet are to be up by now. */
export function limitOf({ plan, step }: Deployment, { name, instances }: Variant): number {
  return plan.batches ? Math.min(instances.length, plan.batches[name]! * (step + 1)) : instances.length;
}

/** Returns when a deployment has taken too long; undefined when it may take any time. */
export const deadlineOf = ({ plan, started }: Deployment): number | undefined =>
  plan.timeoutSeconds === undefined ? undefined : started + plan.timeoutSeconds * 1000;

/** Does the next step of a deployment; undefined when there is none to do before `again` or news of an instance. */
export async function advance<F extends Fleet>(
  context: ReconcileContext,
  deployment: Deployment,
  serving: F,
  next: F,
  failure: string | undefined,
): Promise<Advanced<F> | { readonly again?: number }> {
  const now = context.clock.now();
  const { plan, step, phase, since } = deployment;
  if (phase === "stuck") return {};
  if (phase === "rolling back") return rollBack(context, deployment, serving, next, now);
  const deadline = deadlineOf(deployment);
  const watched = phase === "activating" || phase === "baking";
  const reason =
    failure ??
    (deadline !== undefined && now >= deadline
      ? `The deployment was not complete within ${plan.timeoutSeconds} seconds.`
      : watched
        ? await alarmReason(context, plan)
        : undefined);
  if (reason !== undefined) return undo(deployment, serving, next, reason, now);

  const to = (changed: Partial<Deployment>, more: Partial<Advanced<F>> = {}): Advanced<F> => ({
    serving,
    deployment: { ...deployment, since: now, ...changed },
    ...more,
  });
  const lookAt = (time: number) => ({
    again: Math.min(time, deadline ?? time, watched && plan.alarms.length > 0 ? now + alarmMilliseconds : time),
  });
  const isUp = next.variants.every((variant) => instancesReady(variant) >= limitOf(deployment, variant));
  if (phase === "creating") {
    return isUp ? to({ phase: "activating", share: plan.shares[step]! }) : { again: deadline };
  }
  if (phase === "activating") {
    const end = since + activatingMilliseconds;
    return now < end ? lookAt(end) : to({ phase: "baking" });
  }
  if (phase === "baking") {
    const end = since + plan.waitSeconds * 1000;
    if (now < end) return lookAt(end);
    if (step + 1 === plan.shares.length) return to({ phase: "terminating" });
    if (plan.batches) return to({ phase: "creating", step: step + 1 }, shrink(deployment, serving));
    // All of the next fleet is there already; an instance that is being replaced is waited for.
    const further = isUp
      ? ({ phase: "activating", share: plan.shares[step + 1]! } as const)
      : { phase: "creating" as const };
    return to({ ...further, step: step + 1 });
  }
  const end = since + plan.terminationSeconds * 1000;
  return now < end ? { again: Math.min(end, deadline ?? end) } : to({}, { end: "taken over" });
}

/** Takes as many of the former instances away as have come; one of each variant stays until the end. */
function shrink<F extends Fleet>(
  { plan, step, former }: Deployment,
  serving: F,
): Required<Pick<Advanced<F>, "serving" | "dropped">> {
  const left = 1 - plan.shares[step]!;
  const dropped: Variant[] = [];
  const variants = serving.variants.map((variant) => {
    const count = Math.max(1, Math.ceil(former![variant.name]! * left - 1e-9));
    const kept = [...variant.instances].sort((a, b) => Number(b.ready) - Number(a.ready)).slice(0, count);
    dropped.push({ ...variant, instances: variant.instances.filter((one) => !kept.includes(one)) });
    return { ...variant, instances: variant.instances.filter((one) => kept.includes(one)) };
  });
  return { serving: { ...serving, variants }, dropped: { ...serving, variants: dropped } };
}

/** Gives the former fleet its traffic again: at once when all of it is still there, else as its instances come back. */
function undo<F extends Fleet>(deployment: Deployment, serving: F, next: F, reason: string, now: number): Advanced<F> {
  const { former } = deployment;
  const isWhole = !former || serving.variants.every(({ name, instances }) => instances.length >= former[name]!);
  return isWhole
    ? { serving, deployment: { ...deployment, share: 0, reason }, end: "undone" }
    : { serving, ...makeRoom({ ...deployment, phase: "rolling back", since: now, reason }, serving, next) };
}

/**
 * Copies of an inference component come back into the room of those that replaced them, so as many of these are taken
 * away first as the former copies can answer for.
 */
function makeRoom<F extends Fleet>(
  deployment: Deployment,
  serving: F,
  next: F,
): Pick<Advanced<F>, "deployment" | "next" | "dropped"> {
  if (!next.variants.some(({ needs }) => needs)) return { deployment };
  const share = Math.min(deployment.share, 1 - partBack(deployment, serving));
  const dropped: Variant[] = [];
  const variants = next.variants.map((variant) => {
    const count = Math.ceil(deployment.former![variant.name]! * share - 1e-9);
    const kept = [...variant.instances].sort((a, b) => Number(b.ready) - Number(a.ready)).slice(0, count);
    dropped.push({ ...variant, instances: variant.instances.filter((one) => !kept.includes(one)) });
    return { ...variant, instances: variant.instances.filter((one) => kept.includes(one)) };
  });
  return {
    deployment: { ...deployment, share },
    next: { ...next, variants },
    dropped: { ...next, variants: dropped },
  };
}

/** The part of its instances that the former fleet has, of the variant with the smallest. */
const partBack = ({ former }: Deployment, serving: Fleet): number =>
  Math.min(...serving.variants.map(({ name, instances }) => instances.length / former![name]!));

function rollBack<F extends Fleet>(
  context: ReconcileContext,
  deployment: Deployment,
  serving: F,
  next: F,
  now: number,
): Advanced<F> | { readonly again?: number } {
  const { former, plan } = deployment;
  if (serving.variants.some(({ desired }) => desired)) {
    const settled = settleCapacity(serving);
    if (!settled) return {};
    const share = Math.min(deployment.share, 1 - partBack(deployment, settled.fleet));
    const changed = { ...deployment, share, since: now };
    return { serving: settled.fleet, ...makeRoom(changed, settled.fleet, next) };
  }
  const isWhole = serving.variants.every(({ name, instances }) => instances.length >= former![name]!);
  if (isWhole) return { serving, deployment: { ...deployment, share: 0 }, end: "undone" };
  const batch = plan.rollbackBatch ? batchesOf(plan.rollbackBatch, former!) : former!;
  const variants = serving.variants.map((variant) => {
    const most = variant.needs ? Math.min(batch[variant.name]!, plan.batches![variant.name]!) : batch[variant.name]!;
    const count = Math.min(former![variant.name]!, variant.instances.length + most);
    return { ...variant, desired: { weight: variant.weight, count } };
  });
  return { serving: addInstances(context, { ...serving, variants }), deployment };
}

/** Returns why an alarm undoes a shift; undefined when none of them is in ALARM. */
async function alarmReason(context: ReconcileContext, { alarms }: DeploymentPlan): Promise<string | undefined> {
  if (alarms.length === 0) return undefined;
  const tripped = await alarmsIn(context, alarms, "ALARM");
  return tripped.length > 0
    ? `The traffic went back to the former fleet: the alarm(s) ${tripped.join(", ")} went into ALARM during the deployment.`
    : undefined;
}

/** Returns the names of those of the alarms that there are, in the state if one is given. */
export async function alarmsIn(
  context: Pick<ReconcileContext, "call">,
  names: readonly string[],
  state?: "ALARM",
): Promise<string[]> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await context.call("cloudwatch", "DescribeAlarms", {
    AlarmNames: [...names],
    AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
    MaxRecords: 100,
  });
  return [...(MetricAlarms ?? []), ...(CompositeAlarms ?? [])]
    .filter(({ StateValue }) => state === undefined || StateValue === state)
    .map(({ AlarmName }) => AlarmName!);
}
