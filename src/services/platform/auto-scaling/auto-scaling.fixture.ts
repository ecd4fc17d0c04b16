import { beforeEach } from "vitest";
import { validationFault } from "../../../aws/faults.ts";
import { defineKind } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { follow, step } from "../cloudwatch/alarm.fixture.ts";
import { alarm } from "../cloudwatch/alarm.ts";
import { alarmKind } from "../cloudwatch/alarm-kind.ts";
import { metric } from "../cloudwatch/metric.ts";
import { putAlarm } from "../cloudwatch/put-alarm.ts";
import { scalingAlarmFollower } from "./alarm-follower.ts";
import { scalableTargetReconciler } from "./scalable-target.reconcile.ts";
import { scalableTarget } from "./scalable-target.ts";
import { scalingActivity } from "./scaling-activity.ts";
import { scalableTargetKind, scalingPolicyKind, scheduledActionKind } from "./scaling-kinds.ts";
import { scalingPolicy } from "./scaling-policy.ts";
import { scheduledAction } from "./scheduled-action.ts";
import { scalableTargetTags } from "./tags.ts";

export const minute = 60_000;
export const names = {
  ServiceNamespace: "sagemaker",
  ResourceId: "endpoint/churn/variant/A",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
} as const;
const arn = "arn:aws:sagemaker:us-west-2:123456789012:endpoint/churn";

/** An endpoint that takes its capacity as it is told, when `settle` lets it. */
export let endpoint: { capacity: number; desired: number; refusal?: string; failureReason?: string };
const endpoints = defineOperations("sagemaker", {
  async DescribeEndpoint({ EndpointName }) {
    if (EndpointName !== "churn") throw validationFault(`Could not find endpoint "${EndpointName}".`);
    const { capacity, desired, failureReason } = endpoint;
    return {
      ...{ EndpointName, EndpointArn: arn, CreationTime: new Date(0), LastModifiedTime: new Date(0) },
      EndpointStatus: capacity === desired ? ("InService" as const) : ("Updating" as const),
      FailureReason: failureReason,
      ProductionVariants: [{ VariantName: "A", CurrentInstanceCount: capacity, DesiredInstanceCount: desired }],
    };
  },
  async UpdateEndpointWeightsAndCapacities({ DesiredWeightsAndCapacities: [asked] }) {
    if (endpoint.refusal) throw validationFault(endpoint.refusal);
    endpoint.desired = asked!.DesiredInstanceCount!;
    return { EndpointArn: arn };
  },
});
const settle = () => {
  endpoint.capacity = endpoint.desired;
};

export let context: TestContext;
let since: number;
beforeEach(async () => {
  endpoint = { capacity: 1, desired: 1 };
  const withKind = (kind: object, operations: object) =>
    ({ ...kind, ...operations, unit: "resource", ...kind }) as never;
  context = createTestContext({
    units: [
      { ...alarm, ...alarmKind, unit: "resource" } as never,
      withKind(scalableTargetKind, { ...scalableTarget }),
      withKind(scalingPolicyKind, { ...scalingPolicy }),
      withKind(scheduledActionKind, { ...scheduledAction }),
      // The kinds alone of what is scaled: the follower of deletions finds them by their ARNs.
      ...["endpoint", "inference-component"].map(
        (kind) => ({ ...defineKind({ service: "sagemaker", kind, arn: `${kind}/{Name}` }), operations: {} }) as never,
      ),
      ...[endpoints, putAlarm, metric, scalingActivity, scalableTargetTags],
    ],
  });
  since = (await context.resources.write([])).sequence;
});

export const call: TestContext["call"] = (service, operation, input) => context.call(service, operation, input);
export const register = (more: object = {}) =>
  call("application-autoscaling", "RegisterScalableTarget", { ...names, MinCapacity: 1, MaxCapacity: 4, ...more });
export const steps = {
  AdjustmentType: "ChangeInCapacity",
  StepAdjustments: [
    { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
    { MetricIntervalLowerBound: 10, ScalingAdjustment: 2 },
  ],
} as const;
export const putSteps = (configuration: object = steps, PolicyName = "out") =>
  call("application-autoscaling", "PutScalingPolicy", {
    ...{ ...names, PolicyName, PolicyType: "StepScaling" },
    StepScalingPolicyConfiguration: configuration as never,
  });
export const track = (configuration: object = {}, PolicyName = "tracking") =>
  call("application-autoscaling", "PutScalingPolicy", {
    ...{ ...names, PolicyName, PolicyType: "TargetTrackingScaling" },
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" },
      ...configuration,
    },
  });
export const set = async (AlarmName: string, StateValue: "ALARM" | "OK") => {
  await call("cloudwatch", "SetAlarmState", { AlarmName, StateValue, StateReason: "drill" });
  await follow(context, scalingAlarmFollower, since);
};
export const watchWith = (policyArn: string) =>
  call("cloudwatch", "PutMetricAlarm", {
    ...{ AlarmName: "busy", Namespace: "Shop", MetricName: "Queue", Statistic: "Average", Period: 60 },
    ...{ EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: "GreaterThanThreshold", AlarmActions: [policyArn] },
  });
export const measure = (Value: number, MetricName = "Queue", more: object = { Namespace: "Shop" }) =>
  call("cloudwatch", "PutMetricData", {
    ...{ Namespace: "Shop", MetricData: [{ MetricName, Value, Timestamp: new Date(context.clock.now() - minute) }] },
    ...more,
  });
export const invoked = (Value: number) => {
  const Dimensions = [
    { Name: "EndpointName", Value: "churn" },
    { Name: "VariantName", Value: "A" },
  ];
  const Timestamp = new Date(context.clock.now() - minute);
  return measure(0, "", {
    Namespace: "AWS/SageMaker",
    MetricData: [{ MetricName: "InvocationsPerInstance", Dimensions, Value, Timestamp }],
  });
};
export const activities = async () =>
  (await call("application-autoscaling", "DescribeScalingActivities", { ServiceNamespace: "sagemaker" }))
    .ScalingActivities!;
/** Reconciles until an activity that is begun has ended. */
export const pursue = async () => {
  for (let turn = 0; turn < 4; turn++) {
    await step(context, scalableTargetReconciler);
    settle();
  }
};
