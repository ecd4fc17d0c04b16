import { beforeEach, expect, it } from "vitest";
import { validationFault } from "../../../aws/faults.ts";
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
import { scalableTargetKind, scalingPolicyKind } from "./scaling-kinds.ts";
import { scalingPolicy } from "./scaling-policy.ts";

/** What SageMaker has: each takes its capacity as it is told when `settle` lets it. */
let copies: { current: number; desired: number };
let provisioned: { current: number; desired: number };
const place = "arn:aws:sagemaker:us-west-2:123456789012";
const sagemaker = defineOperations("sagemaker", {
  async DescribeInferenceComponent({ InferenceComponentName }) {
    if (InferenceComponentName !== "summary") throw validationFault("Could not find inference component.");
    const { current, desired } = copies;
    return {
      ...{ InferenceComponentName, EndpointName: "churn", EndpointArn: `${place}:endpoint/churn` },
      InferenceComponentArn: `${place}:inference-component/summary`,
      ...{ CreationTime: new Date(0), LastModifiedTime: new Date(0) },
      InferenceComponentStatus: current === desired ? ("InService" as const) : ("Updating" as const),
      RuntimeConfig: { CurrentCopyCount: current, DesiredCopyCount: desired },
    };
  },
  async UpdateInferenceComponentRuntimeConfig({ DesiredRuntimeConfig }) {
    copies.desired = DesiredRuntimeConfig.CopyCount!;
    return { InferenceComponentArn: `${place}:inference-component/summary` };
  },
  async DescribeEndpoint({ EndpointName }) {
    const config = (ProvisionedConcurrency?: number) => ({
      ...{ MemorySizeInMB: 1024, MaxConcurrency: 10 },
      ...(ProvisionedConcurrency && { ProvisionedConcurrency }),
    });
    return {
      ...{ EndpointName: EndpointName!, EndpointArn: `${place}:endpoint/churn` },
      ...{ CreationTime: new Date(0), LastModifiedTime: new Date(0) },
      EndpointStatus: provisioned.current === provisioned.desired ? ("InService" as const) : ("Updating" as const),
      ProductionVariants: [
        {
          VariantName: "A",
          CurrentServerlessConfig: config(provisioned.current),
          DesiredServerlessConfig: config(provisioned.desired),
        },
        { VariantName: "None", CurrentServerlessConfig: config() },
      ],
    };
  },
  async UpdateEndpointWeightsAndCapacities({ DesiredWeightsAndCapacities: [asked] }) {
    provisioned.desired = asked!.ServerlessUpdateConfig!.ProvisionedConcurrency!;
    return { EndpointArn: `${place}:endpoint/churn` };
  },
});

let context: TestContext;
let since: number;
beforeEach(async () => {
  copies = { current: 0, desired: 0 };
  provisioned = { current: 2, desired: 2 };
  const withKind = (kind: object, operations: object) =>
    ({ ...kind, ...operations, unit: "resource", ...kind }) as never;
  context = createTestContext({
    units: [
      withKind(alarmKind, { ...alarm }),
      withKind(scalableTargetKind, { ...scalableTarget }),
      withKind(scalingPolicyKind, { ...scalingPolicy }),
      ...[sagemaker, putAlarm, metric, scalingActivity],
    ],
  });
  since = (await context.resources.write([])).sequence;
});

const ofCopies = {
  ServiceNamespace: "sagemaker",
  ResourceId: "inference-component/summary",
  ScalableDimension: "sagemaker:inference-component:DesiredCopyCount",
} as const;
const ofProvisioned = {
  ServiceNamespace: "sagemaker",
  ResourceId: "endpoint/churn/variant/A",
  ScalableDimension: "sagemaker:variant:DesiredProvisionedConcurrency",
} as const;
type Names = typeof ofCopies | typeof ofProvisioned;

const register = (names: Names, MinCapacity: number, MaxCapacity: number, more: object = {}) =>
  context.call("application-autoscaling", "RegisterScalableTarget", { ...names, MinCapacity, MaxCapacity, ...more });
const track = (names: Names, PredefinedMetricType: string) =>
  context.call("application-autoscaling", "PutScalingPolicy", {
    ...{ ...names, PolicyName: "tracking", PolicyType: "TargetTrackingScaling" },
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 0.5,
      PredefinedMetricSpecification: { PredefinedMetricType: PredefinedMetricType as never },
    },
  });
const pursue = async () => {
  for (let turn = 0; turn < 4; turn++) {
    await step(context, scalableTargetReconciler);
    copies.current = copies.desired;
    provisioned.current = provisioned.desired;
  }
};
const activities = async () =>
  (await context.call("application-autoscaling", "DescribeScalingActivities", { ServiceNamespace: "sagemaker" }))
    .ScalingActivities!;

it("copies of an inference component are scaled within limits from zero on", async () => {
  await register(ofCopies, 0, 3);
  await pursue();
  expect(await activities()).toEqual([]);
  await register(ofCopies, 2, 3);
  await pursue();
  expect(copies.current).toBe(2);
  expect(await activities()).toMatchObject([
    {
      Description: "Setting desired copy count to 2.",
      Cause: "minimum capacity was set to 2",
      StatusCode: "Successful",
    },
  ]);
  const { ScalableTargets } = await context.call("application-autoscaling", "DescribeScalableTargets", {
    ServiceNamespace: "sagemaker",
  });
  expect(ScalableTargets).toMatchObject([
    { RoleARN: expect.stringMatching(/AWSServiceRoleForApplicationAutoScaling_SageMakerInferenceComponent$/) },
  ]);
});

it("an alarm that names a step policy scales a component out from zero", async () => {
  await register(ofCopies, 0, 3);
  const { PolicyARN } = await context.call("application-autoscaling", "PutScalingPolicy", {
    ...{ ...ofCopies, PolicyName: "wake", PolicyType: "StepScaling" },
    StepScalingPolicyConfiguration: {
      AdjustmentType: "ChangeInCapacity",
      Cooldown: 60,
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
    },
  });
  await context.call("cloudwatch", "PutMetricAlarm", {
    ...{ AlarmName: "asleep", Namespace: "AWS/SageMaker", MetricName: "NoCapacityInvocationFailures" },
    Dimensions: [{ Name: "InferenceComponentName", Value: "summary" }],
    ...{ Statistic: "Maximum", Period: 60, EvaluationPeriods: 1, Threshold: 1, TreatMissingData: "missing" },
    ...{ ComparisonOperator: "GreaterThanOrEqualToThreshold", AlarmActions: [PolicyARN!] },
  });
  await context.call("cloudwatch", "SetAlarmState", { AlarmName: "asleep", StateValue: "ALARM", StateReason: "drill" });
  await follow(context, scalingAlarmFollower, since);
  await pursue();
  expect(copies.current).toBe(1);
  expect(await activities()).toMatchObject([
    { Cause: "monitor alarm asleep in state ALARM triggered policy wake", StatusCode: "Successful" },
  ]);
});

it("provisioned concurrency is scaled, and only where there is some", async () => {
  await register(ofProvisioned, 4, 8);
  await pursue();
  expect(provisioned.current).toBe(4);
  expect(await activities()).toMatchObject([{ Description: "Setting desired provisioned concurrency to 4." }]);
  await expect(register(ofProvisioned, 1, 2, { ResourceId: "endpoint/churn/variant/None" })).rejects.toThrow(
    "SageMaker endpoint variant doesn't exist: endpoint/churn/variant/None",
  );
  await expect(register(ofProvisioned, 0, 2)).rejects.toThrow("must be at least 1");
  await expect(register(ofCopies, 0, 1, { ResourceId: "inference-component/none" })).rejects.toThrow(
    "SageMaker inference component doesn't exist: inference-component/none",
  );
  await expect(register(ofCopies, 0, 1, { ResourceId: "endpoint/churn/variant/A" })).rejects.toThrow("Unsupported");
});

it.each([
  [ofCopies, "SageMakerInferenceComponentInvocationsPerCopy", "InvocationsPerCopy", "Sum", 60, "inference-component"],
  [
    ofCopies,
    "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution",
    ...(["ConcurrentRequestsPerCopy", "Maximum", 10, "inference-component"] as const),
  ],
  [
    ofProvisioned,
    "SageMakerVariantProvisionedConcurrencyUtilization",
    ...(["ServerlessProvisionedConcurrencyUtilization", "Maximum", 60, "endpoint"] as const),
  ],
] as const)("%j is tracked by %s", async (names, type, MetricName, Statistic, Period, prefix) => {
  await register(names, 1, 3);
  await track(names, type);
  const { MetricAlarms } = await context.call("cloudwatch", "DescribeAlarms", {});
  const Dimensions =
    names === ofCopies
      ? [{ Name: "InferenceComponentName", Value: "summary" }]
      : [
          { Name: "EndpointName", Value: "churn" },
          { Name: "VariantName", Value: "A" },
        ];
  expect(MetricAlarms).toMatchObject([
    { Namespace: "AWS/SageMaker", MetricName, Dimensions, Statistic, Period, Threshold: 0.5 },
    { MetricName, Threshold: 0.45, EvaluationPeriods: 900 / Period },
  ]);
  for (const { AlarmName } of MetricAlarms!) expect(AlarmName).toContain(`TargetTracking-${prefix}/`);
  await expect(track(names, "SageMakerVariantInvocationsPerInstance")).rejects.toThrow(
    `is for the scalable dimension sagemaker:variant:DesiredInstanceCount, not ${names.ScalableDimension}`,
  );
});
