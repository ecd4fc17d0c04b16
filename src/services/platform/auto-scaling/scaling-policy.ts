import { Fault, validationFault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import { parentFence } from "../../../frame/children.ts";
import type { Context } from "../../../frame/context.ts";
import { parentText } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { scalableOf } from "./scalable-resource.ts";
import { notBuilt, notFound } from "./scaling-faults.ts";
import {
  type PolicyDocument,
  policyArn,
  policyKey,
  scalableTargetKind,
  scalingPolicyKind,
  targetKey,
  type WantedPolicy,
} from "./scaling-kinds.ts";
import { listScaling } from "./scaling-list.ts";
import { onTarget } from "./scaling-permissions.ts";
import { checkSteps } from "./step-checks.ts";
import { checkTracking, trackingAlarms } from "./target-tracking.ts";

const permissions = {
  PutScalingPolicy: onTarget("PutScalingPolicy"),
  DeleteScalingPolicy: onTarget("DeleteScalingPolicy"),
};

export const scalingPolicy = defineOperations("application-autoscaling", permissions, {
  async PutScalingPolicy(input, context) {
    const wanted: WantedPolicy = { ...input, PolicyType: input.PolicyType ?? "StepScaling" };
    checkPolicy(context, wanted);
    const policy = await againOnConflict(context, () => write(context, wanted));
    return { PolicyARN: policyArn(policy), Alarms: [...policy.actual.alarms] };
  },

  async DescribeScalingPolicies(input, context) {
    const { PolicyNames = [] } = input;
    if (input.ResourceId === undefined && input.ScalableDimension !== undefined)
      throw validationFault("ScalableDimension must come with a ResourceId.");
    const { documents, next } = await listScaling(context, scalingPolicyKind, input);
    const wanted = documents.filter(
      ({ wanted }) => PolicyNames.length === 0 || PolicyNames.includes(wanted.PolicyName),
    );
    return { ScalingPolicies: wanted.map(shown), NextToken: next };
  },

  async DeleteScalingPolicy(input, context) {
    await againOnConflict(context, async () => {
      const key = policyKey(context, input);
      const policy = await scalingPolicyKind.find(context, key);
      if (!policy) throw notFound("scaling policy found", input, `, policy name: ${input.PolicyName}`);
      // The alarms go first: the policy remembers them until then.
      const AlarmNames = policy.actual.alarms.map(({ AlarmName }) => AlarmName);
      await removeAlarms(context, AlarmNames);
      await context.resources.write([{ delete: key, expected: policy.version }]);
    });
    return {};
  },
});

function checkPolicy(context: Context, wanted: WantedPolicy): void {
  scalableOf(context, wanted);
  const {
    PolicyType,
    StepScalingPolicyConfiguration: steps,
    TargetTrackingScalingPolicyConfiguration: tracking,
  } = wanted;
  if (PolicyType === "PredictiveScaling" || wanted.PredictiveScalingPolicyConfiguration)
    throw notBuilt(context, "PolicyType PredictiveScaling", "use TargetTrackingScaling or StepScaling");
  const own = PolicyType === "StepScaling" ? steps : tracking;
  const other = PolicyType === "StepScaling" ? tracking : steps;
  if (!own || other)
    throw validationFault(
      `A policy of the type ${PolicyType} has a ${PolicyType}PolicyConfiguration, and no other one.`,
    );
  if (tracking) checkTracking(context, wanted, tracking);
  if (steps) checkSteps(steps);
}

/**
 * Writes the policy and then makes its alarms. The document names them, so whatever a kill leaves is put right when the
 * policy is put again, and goes when it is deleted. When CloudWatch refuses an alarm, all is as it was before.
 */
async function write(context: Context, wanted: WantedPolicy): Promise<PolicyDocument> {
  const key = policyKey(context, wanted);
  const target = await scalableTargetKind.find(context, targetKey(context, wanted));
  if (!target) throw notFound("scalable target registered", wanted);
  const before = await scalingPolicyKind.find(context, key);
  const now = context.clock.now();
  const uuid = before?.actual.uuid ?? context.ids.uuid();
  const { account, region } = key;
  const alarms = alarmsOf({ key, wanted, actual: { uuid, alarms: [] } });
  const named = alarms.map(({ AlarmName }) => ({
    AlarmName: AlarmName!,
    AlarmARN: `arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}`,
  }));
  const policy = {
    ...(before ?? { key, id: context.ids.ulid(), origin: context.origin, created: now }),
    parent: parentText(target.key),
    modified: now,
    wanted,
    actual: { uuid, alarms: named },
  } as PolicyDocument;
  const without = (some: readonly { AlarmName: string }[], others: readonly { AlarmName: string }[]) =>
    some.map(({ AlarmName }) => AlarmName).filter((name) => !others.some(({ AlarmName }) => AlarmName === name));
  await removeAlarms(context, without(before?.actual.alarms ?? [], named));
  await context.resources.write([await scalingPolicyKind.put(context, policy), await parentFence(context, target)]);
  try {
    for (const alarm of alarms) await context.call("cloudwatch", "PutMetricAlarm", alarm);
  } catch (error) {
    if (!(error instanceof Fault) || error.status >= 500) throw error;
    await removeAlarms(context, without(named, before?.actual.alarms ?? []));
    await restore(context, key, before);
    throw error;
  }
  return policy;
}

const alarmsOf = (policy: Pick<PolicyDocument, "key" | "wanted" | "actual">) => {
  const tracking = policy.wanted.TargetTrackingScalingPolicyConfiguration;
  const { uuid } = policy.actual;
  return tracking ? trackingAlarms(policy.wanted, tracking, { uuid, arn: policyArn(policy) }) : [];
};

async function removeAlarms(context: Context, AlarmNames: string[]): Promise<void> {
  if (AlarmNames.length > 0) await context.call("cloudwatch", "DeleteAlarms", { AlarmNames });
}

/** Makes a policy what it was before it was put, with its alarms. */
async function restore(
  context: Context,
  key: PolicyDocument["key"],
  before: PolicyDocument | undefined,
): Promise<void> {
  const written = await scalingPolicyKind.find(context, key);
  if (!written) return;
  const { version } = written;
  const change = before
    ? await scalingPolicyKind.put(context, { ...before, version })
    : { delete: key, expected: version };
  await context.resources.write([change]);
  if (before) for (const alarm of alarmsOf(before)) await context.call("cloudwatch", "PutMetricAlarm", alarm);
}

const shown = (policy: PolicyDocument) => ({
  PolicyARN: policyArn(policy),
  PolicyName: policy.wanted.PolicyName,
  ServiceNamespace: policy.wanted.ServiceNamespace,
  ResourceId: policy.wanted.ResourceId,
  ScalableDimension: policy.wanted.ScalableDimension,
  PolicyType: policy.wanted.PolicyType!,
  StepScalingPolicyConfiguration: policy.wanted.StepScalingPolicyConfiguration,
  TargetTrackingScalingPolicyConfiguration: policy.wanted.TargetTrackingScalingPolicyConfiguration,
  Alarms: [...policy.actual.alarms],
  CreationTime: new Date(policy.created),
});
