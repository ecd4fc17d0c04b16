import type { Grant } from "../../../aws/caller.ts";
import { Fault } from "../../../aws/faults.ts";
import { defineReconciler, type ReconcileContext, type ReconcileResult } from "../../../frame/define-reconciler.ts";
import { keepActivity } from "./activity-journal.ts";
import type { ScalableResource } from "./scalable-dimension.ts";
import { scalableOf } from "./scalable-resource.ts";
import {
  type Activity,
  type ActualTarget,
  scalableTargetKind,
  type TargetDocument,
  type WantedTarget,
} from "./scaling-kinds.ts";
import { nextCapacity } from "./scaling-step.ts";

const minute = 60_000;

type Result = ReconcileResult<WantedTarget, ActualTarget>;

const grants: readonly Grant[] = [
  {
    actions: ["sagemaker:DescribeEndpoint", "sagemaker:UpdateEndpointWeightsAndCapacities"],
    resources: ["arn:aws:sagemaker:*:*:endpoint/*"],
  },
  {
    actions: ["sagemaker:DescribeInferenceComponent", "sagemaker:UpdateInferenceComponentRuntimeConfig"],
    resources: ["arn:aws:sagemaker:*:*:inference-component/*"],
  },
  { actions: ["cloudwatch:DescribeAlarms"], resources: ["arn:aws:cloudwatch:*:*:alarm:*"] },
  { actions: ["cloudwatch:GetMetricStatistics", "cloudwatch:GetMetricData"], resources: ["*"] },
];

/**
 * Keeps the capacity of a scalable target within its limits and as its policies ask. An activity is written before the
 * resource is changed, and what has become of it is read from the resource, so a kill at any line repeats nothing.
 */
export const scalableTargetReconciler = defineReconciler({
  kind: scalableTargetKind,
  unfinished: ["Active"],
  killPoints: {
    "scalable-target:activity-written": "The activity is written; the resource has not been changed.",
    "scalable-target:capacity-set": "The resource is being changed; the activity does not say so yet.",
    "scalable-target:activity-kept": "The activity has ended and is in the journal; the target does not know it yet.",
  },
  grants: () => grants,
  async reconcile(target, context) {
    const scalable = scalableOf(context, target.wanted);
    const resource = await scalable.read(context);
    const found = resource && context.kinds.parse(resource.arn);
    if (found) context.watch(found.key);
    const { activity } = target.actual;
    if (activity) {
      if (activity.StatusCode === "Pending") context.settings.reached("scalable-target:activity-written");
      return pursue(target, activity, resource, context);
    }
    if (!resource) return rest(target);
    if (resource.isBusy) return {};

    const { MinCapacity, MaxCapacity } = target.wanted;
    if (target.actual.limitsChanged) {
      const [limit, cause] =
        resource.capacity < MinCapacity
          ? [MinCapacity, `minimum capacity was set to ${MinCapacity}`]
          : resource.capacity > MaxCapacity
            ? [MaxCapacity, `maximum capacity was set to ${MaxCapacity}`]
            : [resource.capacity, ""];
      if (limit !== resource.capacity) return begin(target, resource, limit, cause, scalable.noun, context);
      return settled({ ...target.actual, limitsChanged: undefined });
    }
    if (target.actual.alarmed.length === 0) return rest(target);
    const chosen = await nextCapacity(target, resource.capacity, context);
    // An alarm triggers its policies every minute for as long as it is in ALARM.
    if (!chosen) return { again: context.clock.now() + minute };
    const cause = `monitor alarm ${chosen.alarm} in state ALARM triggered policy ${chosen.policy}`;
    return begin(target, resource, chosen.capacity, cause, scalable.noun, context);
  },
});

const settled = (actual: ActualTarget): Result => ({
  update: { actual, status: actual.alarmed.length > 0 || actual.limitsChanged || actual.activity ? "Active" : "Idle" },
});

/** Nothing can be done while the resource is not there; it is looked at again when limits or alarms change. */
const rest = (target: TargetDocument): Result => ({
  update: { status: "Idle", actual: { ...target.actual, limitsChanged: undefined } },
});

function begin(
  target: TargetDocument,
  { capacity }: ScalableResource,
  desired: number,
  cause: string,
  noun: string,
  context: ReconcileContext,
): Result {
  const activity: Activity = {
    ActivityId: context.ids.uuid(),
    Description: `Setting ${noun} to ${desired}.`,
    Cause: cause,
    StatusCode: "Pending",
    StatusMessage: undefined,
    start: context.clock.now(),
    before: capacity,
    desired,
  };
  return settled({ ...target.actual, limitsChanged: undefined, activity });
}

/** Does the next step of an activity. */
async function pursue(
  target: TargetDocument,
  activity: Activity,
  resource: ScalableResource | undefined,
  context: ReconcileContext,
): Promise<Result> {
  const scalable = scalableOf(context, target.wanted);
  const { desired, StatusCode } = activity;
  const said = `Successfully set ${scalable.noun} to ${desired}.`;
  const by = target.wanted.ServiceNamespace;
  const fail = (reason: string) =>
    end(
      target,
      {
        ...activity,
        StatusCode: "Failed",
        StatusMessage: `Failed to set ${scalable.noun} to ${desired}. Reason: ${reason}`,
      },
      context,
    );
  if (!resource) return fail(scalable.missing().message);
  const isOurs = resource.desired === desired;
  if (StatusCode === "Pending") {
    if (resource.isBusy && !isOurs) return {};
    if (!resource.isBusy && resource.capacity !== desired) {
      try {
        await scalable.set(context, desired);
      } catch (error) {
        if (error instanceof Fault && error.status < 500) return fail(error.message);
        throw error;
      }
      context.settings.reached("scalable-target:capacity-set");
    }
    const StatusMessage = `${said} Waiting for change to be fulfilled by ${by}.`;
    return settled({ ...target.actual, activity: { ...activity, StatusCode: "InProgress", StatusMessage } });
  }
  if (resource.isBusy) return {};
  if (resource.capacity !== desired) return fail(resource.failureReason ?? "The capacity was set to another value.");
  const StatusMessage = `${said} Change successfully fulfilled by ${by}.`;
  return end(target, { ...activity, StatusCode: "Successful", StatusMessage }, context);
}

async function end(target: TargetDocument, activity: Activity, context: ReconcileContext): Promise<Result> {
  const { ServiceNamespace, ResourceId, ScalableDimension } = target.wanted;
  const now = context.clock.now();
  const { before, desired, ...facts } = activity;
  await keepActivity(context.journals, target.key, {
    ...facts,
    ...{ ServiceNamespace, ResourceId, ScalableDimension },
    end: now,
  });
  context.settings.reached("scalable-target:activity-kept");
  const last = { time: now, before };
  return settled({
    ...target.actual,
    activity: undefined,
    ...(activity.StatusCode === "Successful" && (desired > before ? { lastOut: last } : { lastIn: last })),
  });
}
