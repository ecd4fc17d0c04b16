import type { Context } from "../../../frame/context.ts";
import { parentText } from "../../../frame/define-kind.ts";
import { allDocuments } from "../../../stores/resources/port.ts";
import { isGivenByHand, type MetricAlarm, measured, periodOf } from "./alarm-value.ts";
import { chooseProposal, type Proposal, steppedCapacity, trackedCapacity } from "./scaling-decision.ts";
import { type PolicyDocument, policyKey, scalingPolicyKind, type TargetDocument } from "./scaling-kinds.ts";

/** The cooldown of what SageMaker scales. */
const defaultCooldown = 300;

/** Returns what the policies whose alarms are in ALARM make of a capacity; undefined when it stays as it is. */
export async function nextCapacity(
  target: TargetDocument,
  capacity: number,
  context: Context,
): Promise<Proposal | undefined> {
  const { wanted, actual } = target;
  const { DynamicScalingInSuspended, DynamicScalingOutSuspended } = wanted.SuspendedState;
  const proposals: Proposal[] = [];
  const shrinking = new Set<string>();
  for (const { policy: name, alarm: alarmName } of actual.alarmed) {
    const policy = await scalingPolicyKind.find(context, policyKey(target.key, { ...wanted, PolicyName: name }));
    const { MetricAlarms } = await context.call("cloudwatch", "DescribeAlarms", { AlarmNames: [alarmName] });
    const alarm = MetricAlarms?.[0];
    if (!policy || !alarm) continue;
    const asked = await proposed(target, policy, alarm, capacity, context);
    if (asked === undefined) continue;
    const within = Math.min(Math.max(asked, wanted.MinCapacity), wanted.MaxCapacity);
    if (within < capacity) shrinking.add(name);
    if (within > capacity ? DynamicScalingOutSuspended : DynamicScalingInSuspended) continue;
    proposals.push({ policy: name, alarm: alarmName, capacity: within });
  }
  const tracking = await trackingPolicies(target, context);
  const allShrink = tracking.every((name) => shrinking.has(name));
  return chooseProposal(proposals, capacity, (policy) => !tracking.includes(policy) || allShrink);
}

/** Returns the capacity that one policy asks for, unless its cooldown keeps it from asking. */
async function proposed(
  { actual: { lastOut, lastIn } }: TargetDocument,
  { wanted: policy }: PolicyDocument,
  alarm: MetricAlarm,
  capacity: number,
  context: Context,
): Promise<number | undefined> {
  const steps = policy.StepScalingPolicyConfiguration;
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  const now = context.clock.now();
  // What was measured before the last change says nothing of the capacity after it. A state that was given by hand since
  // then does: it has no metric, and cooldowns alone hold it back.
  const changed = Math.max(lastOut?.time ?? 0, lastIn?.time ?? 0);
  const byHand = isGivenByHand(alarm);
  const isNews = byHand && alarm.StateUpdatedTimestamp!.getTime() >= changed;
  if (!isNews && now < changed + periodOf(alarm) * 1000) return undefined;
  const together =
    steps?.MetricAggregationType ?? (alarm.ComparisonOperator?.startsWith("Less") ? "Maximum" : "Average");
  const value = await measured(alarm, together, changed, context);
  const asked = (base: number): number | undefined => {
    if (steps) return steppedCapacity(steps, base, beyond(alarm, value, byHand));
    return value === undefined ? undefined : trackedCapacity(base, value, tracking!.TargetValue!);
  };
  const cooling = (last: { readonly time: number } | undefined, seconds: number) =>
    last !== undefined && now < last.time + seconds * 1000;
  const isCoolingOut = cooling(lastOut, (tracking ? tracking.ScaleOutCooldown : steps!.Cooldown) ?? defaultCooldown);
  const isCoolingIn = cooling(lastIn, (tracking ? tracking.ScaleInCooldown : steps!.Cooldown) ?? defaultCooldown);
  const desired = asked(capacity);
  if (desired === undefined) return undefined;
  if (desired > capacity) {
    if (!isCoolingOut) return desired;
    // What the last scaling out added counts towards what a step asks for now.
    const more = steps && asked(Math.min(lastOut!.before, capacity));
    return more !== undefined && more > capacity ? more : undefined;
  }
  return isCoolingIn ? undefined : desired;
}

/** Returns how far a metric lies beyond its alarm. A state that was given by hand stands for the threshold itself. */
function beyond({ ComparisonOperator, Threshold }: MetricAlarm, value: number | undefined, byHand: boolean): number {
  const delta = value === undefined ? 0 : value - Threshold!;
  const isBreaching = ComparisonOperator!.startsWith("Less") ? delta < 0 : delta > 0;
  return byHand && !isBreaching ? 0 : delta;
}

/** Returns the names of the policies that may take capacity away to keep a metric at its target. */
async function trackingPolicies(target: TargetDocument, { resources }: Context): Promise<string[]> {
  const { account, region } = target.key;
  const names: string[] = [];
  for await (const document of allDocuments(resources, scalingPolicyKind.name, {
    ...{ account, region, parent: parentText(target.key), sort: { by: "created" } },
  })) {
    const { wanted } = scalingPolicyKind.read(document);
    const tracking = wanted.TargetTrackingScalingPolicyConfiguration;
    if (tracking && !tracking.DisableScaleIn) names.push(wanted.PolicyName);
  }
  return names;
}
