import { beforeEach, describe, expect, it } from "vitest";
import { validationFault } from "../../../aws/faults.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
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
import { scheduledActionReconciler } from "./scheduled-action.reconcile.ts";
import { scheduledAction } from "./scheduled-action.ts";
import { scalableTargetTags } from "./tags.ts";

const minute = 60_000;
const names = {
  ServiceNamespace: "sagemaker",
  ResourceId: "endpoint/churn/variant/A",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
} as const;
const arn = "arn:aws:sagemaker:us-west-2:123456789012:endpoint/churn";

/** An endpoint that takes its capacity as it is told, when `settle` lets it. */
let endpoint: { capacity: number; desired: number; refusal?: string; failureReason?: string };
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

let context: TestContext;
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
      ...[endpoints, putAlarm, metric, scalingActivity, scalableTargetTags],
    ],
  });
  since = (await context.resources.write([])).sequence;
});

const call: TestContext["call"] = (service, operation, input) => context.call(service, operation, input);
const register = (more: object = {}) =>
  call("application-autoscaling", "RegisterScalableTarget", { ...names, MinCapacity: 1, MaxCapacity: 4, ...more });
const steps = {
  AdjustmentType: "ChangeInCapacity",
  StepAdjustments: [
    { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
    { MetricIntervalLowerBound: 10, ScalingAdjustment: 2 },
  ],
} as const;
const putSteps = (configuration: object = steps, PolicyName = "out") =>
  call("application-autoscaling", "PutScalingPolicy", {
    ...{ ...names, PolicyName, PolicyType: "StepScaling" },
    StepScalingPolicyConfiguration: configuration as never,
  });
const track = (configuration: object = {}, PolicyName = "tracking") =>
  call("application-autoscaling", "PutScalingPolicy", {
    ...{ ...names, PolicyName, PolicyType: "TargetTrackingScaling" },
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" },
      ...configuration,
    },
  });
const set = async (AlarmName: string, StateValue: "ALARM" | "OK") => {
  await call("cloudwatch", "SetAlarmState", { AlarmName, StateValue, StateReason: "drill" });
  await follow(context, scalingAlarmFollower, since);
};
const watchWith = (policyArn: string) =>
  call("cloudwatch", "PutMetricAlarm", {
    ...{ AlarmName: "busy", Namespace: "Shop", MetricName: "Queue", Statistic: "Average", Period: 60 },
    ...{ EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: "GreaterThanThreshold", AlarmActions: [policyArn] },
  });
const measure = (Value: number, MetricName = "Queue", more: object = { Namespace: "Shop" }) =>
  call("cloudwatch", "PutMetricData", {
    ...{ Namespace: "Shop", MetricData: [{ MetricName, Value, Timestamp: new Date(context.clock.now() - minute) }] },
    ...more,
  });
const invoked = (Value: number) => {
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
const activities = async () =>
  (await call("application-autoscaling", "DescribeScalingActivities", { ServiceNamespace: "sagemaker" }))
    .ScalingActivities!;
/** Reconciles until an activity that is begun has ended. */
const pursue = async () => {
  for (let turn = 0; turn < 4; turn++) {
    await step(context, scalableTargetReconciler);
    settle();
  }
};

describe("a scalable target", () => {
  it("is registered, found, tagged, changed and deregistered", async () => {
    const { ScalableTargetARN: ResourceARN } = await register({ Tags: { team: "blue" } });
    expect(ResourceARN).toMatch(
      /^arn:aws:application-autoscaling:us-west-2:123456789012:scalable-target\/[0-9a-f]{36}$/,
    );
    await register({ MinCapacity: undefined, MaxCapacity: 8 });
    const { ScalableTargets } = await call("application-autoscaling", "DescribeScalableTargets", {
      ServiceNamespace: "sagemaker",
      ResourceIds: [names.ResourceId],
    });
    expect(ScalableTargets).toEqual([
      {
        ...names,
        MinCapacity: 1,
        MaxCapacity: 8,
        RoleARN: expect.stringContaining("AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"),
        CreationTime: new Date(testTime),
        ScalableTargetARN: ResourceARN,
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
        },
      },
    ]);
    await call("application-autoscaling", "TagResource", { ResourceARN: ResourceARN!, Tags: { tier: "1" } });
    await call("application-autoscaling", "UntagResource", { ResourceARN: ResourceARN!, TagKeys: ["team"] });
    expect(await call("application-autoscaling", "ListTagsForResource", { ResourceARN: ResourceARN! })).toEqual({
      Tags: { tier: "1" },
    });
    const { Alarms } = await track();
    expect(Alarms).toHaveLength(2);
    await call("application-autoscaling", "DeregisterScalableTarget", names);
    expect((await call("cloudwatch", "DescribeAlarms", {})).MetricAlarms).toEqual([]);
    const left = await call("application-autoscaling", "DescribeScalingPolicies", { ServiceNamespace: "sagemaker" });
    expect(left.ScalingPolicies).toEqual([]);
    await expect(call("application-autoscaling", "DeregisterScalableTarget", names)).rejects.toMatchObject({
      code: "ObjectNotFoundException",
      message: `No scalable target found for service namespace: sagemaker, resource ID: ${names.ResourceId}, scalable dimension: ${names.ScalableDimension}`,
    });
  });

  it.each([
    [{ ResourceId: "endpoint/none/variant/A" }, "SageMaker endpoint variant doesn't exist: endpoint/none/variant/A"],
    [{ ResourceId: "endpoint/churn/variant/B" }, "SageMaker endpoint variant doesn't exist: endpoint/churn/variant/B"],
    [{ ResourceId: "table/x" }, "Unsupported service namespace, resource type or scalable dimension"],
    [{ ServiceNamespace: "ecs" }, "Unsupported service namespace, resource type or scalable dimension"],
    [{ MinCapacity: undefined }, "Both MinCapacity and MaxCapacity must be specified"],
    [{ MinCapacity: 5 }, "Minimum capacity cannot be greater than maximum capacity"],
    [{ MinCapacity: 0 }, "must be at least 1"],
    [{ ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" }, "is not built"],
  ])("is refused with %j", async (more, words) => {
    await expect(register(more)).rejects.toMatchObject({
      code: "ValidationException",
      message: expect.stringContaining(words),
    });
  });

  it("is brought within its limits, and says so", async () => {
    await register({ MinCapacity: 3 });
    await step(context, scalableTargetReconciler);
    expect(await activities()).toMatchObject([{ StatusCode: "Pending" }]);
    await step(context, scalableTargetReconciler);
    expect(endpoint.desired).toBe(3);
    expect(await activities()).toMatchObject([
      {
        StatusCode: "InProgress",
        StatusMessage: "Successfully set desired instance count to 3. Waiting for change to be fulfilled by sagemaker.",
      },
    ]);
    await pursue();
    expect(await activities()).toMatchObject([
      {
        ...names,
        Description: "Setting desired instance count to 3.",
        Cause: "minimum capacity was set to 3",
        StatusCode: "Successful",
        StatusMessage: "Successfully set desired instance count to 3. Change successfully fulfilled by sagemaker.",
        EndTime: new Date(testTime),
      },
    ]);
    await register({ MinCapacity: 1, MaxCapacity: 2 });
    await pursue();
    expect(endpoint.capacity).toBe(2);
    expect((await activities())[0]).toMatchObject({ Cause: "maximum capacity was set to 2" });
    const { documents } = await context.resources.list(scalableTargetKind.name, { limit: 1 });
    expect(documents[0]!.status).toBe("Idle");
  });

  it("tells why its capacity could not be set", async () => {
    endpoint.refusal = "The account-level service limit is reached.";
    await register({ MinCapacity: 2 });
    await pursue();
    expect(await activities()).toMatchObject([
      {
        StatusCode: "Failed",
        StatusMessage: "Failed to set desired instance count to 2. Reason: The account-level service limit is reached.",
      },
    ]);
  });

  it("sees an update of the endpoint fail", async () => {
    await register({ MinCapacity: 2 });
    await step(context, scalableTargetReconciler);
    await step(context, scalableTargetReconciler);
    endpoint = { capacity: 1, desired: 1, failureReason: "The model server ended." };
    await step(context, scalableTargetReconciler);
    expect(await activities()).toMatchObject([
      { StatusCode: "Failed", StatusMessage: expect.stringContaining("Reason: The model server ended.") },
    ]);
  });
});

describe("a step policy", () => {
  it("scales by how far the metric is beyond the alarm, within the limits, and keeps its cooldown", async () => {
    await register();
    await pursue();
    const { PolicyARN } = await putSteps({ ...steps, Cooldown: 120 });
    await watchWith(PolicyARN!);
    context.passTime(10 * minute);
    await measure(7);
    await set("busy", "ALARM");
    await pursue();
    expect(endpoint.capacity).toBe(2);
    expect((await activities())[0]).toMatchObject({
      Cause: "monitor alarm busy in state ALARM triggered policy out",
      StatusCode: "Successful",
    });
    // One minute later: cooling down, and the same step asks for no more than there is.
    context.passTime(minute);
    await measure(7);
    await pursue();
    expect(endpoint.capacity).toBe(2);
    // A larger step asks for one more than the last one has added.
    context.passTime(minute / 2);
    await measure(30);
    await measure(30);
    await pursue();
    expect(endpoint.capacity).toBe(3);
    context.passTime(3 * minute);
    await measure(30);
    await pursue();
    expect(endpoint.capacity).toBe(4);
    context.passTime(3 * minute);
    await measure(30);
    await pursue();
    expect(endpoint.capacity).toBe(4);
    await set("busy", "OK");
    const { documents } = await context.resources.list(scalableTargetKind.name, { limit: 1 });
    expect(documents[0]!.actual).toMatchObject({ alarmed: [] });
  });

  it("acts on an alarm that was set by hand as at its threshold, and not while it is suspended", async () => {
    await register({ SuspendedState: { DynamicScalingOutSuspended: true } });
    await pursue();
    const { PolicyARN } = await putSteps();
    await watchWith(PolicyARN!);
    await set("busy", "ALARM");
    await pursue();
    expect(endpoint.capacity).toBe(1);
    await register({ SuspendedState: { DynamicScalingOutSuspended: false } });
    await pursue();
    expect(endpoint.capacity).toBe(2);
  });

  it.each([
    [{ AdjustmentType: "ChangeInCapacity" }, "at least one step adjustment"],
    [{ ...steps, MinAdjustmentMagnitude: 2 }, "only for the AdjustmentType PercentChangeInCapacity"],
    [{ ...steps, StepAdjustments: [{ ScalingAdjustment: 1 }] }, "Each step adjustment needs"],
    [
      {
        ...steps,
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 5, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 6, ScalingAdjustment: 1 },
        ],
      },
      "no gap",
    ],
    [
      {
        ...steps,
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 5, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 4, ScalingAdjustment: 1 },
        ],
      },
      "not overlap",
    ],
  ])("is refused with %j", async (configuration, words) => {
    await register();
    await expect(putSteps(configuration)).rejects.toMatchObject({ message: expect.stringContaining(words) });
  });
});

describe("a policy that tracks a target", () => {
  it("has its two alarms, and scales out and in by them", async () => {
    await register();
    await pursue();
    const { Alarms = [], PolicyARN } = await track();
    expect(PolicyARN).toMatch(
      /^arn:aws:autoscaling:us-west-2:123456789012:scalingPolicy:[-0-9a-f]{36}:resource\/sagemaker\/endpoint\/churn\/variant\/A:policyName\/tracking$/,
    );
    const { MetricAlarms = [] } = await call("cloudwatch", "DescribeAlarms", {});
    const watched = { Namespace: "AWS/SageMaker", MetricName: "InvocationsPerInstance", Statistic: "Sum", Period: 60 };
    expect(MetricAlarms).toMatchObject([
      { ...watched, Threshold: 70, EvaluationPeriods: 3, ComparisonOperator: "GreaterThanThreshold" },
      { ...watched, Threshold: 63, EvaluationPeriods: 15, ComparisonOperator: "LessThanThreshold" },
    ]);
    expect(MetricAlarms.map(({ AlarmName }) => AlarmName)).toEqual(Alarms.map(({ AlarmName }) => AlarmName));
    const [high, low] = Alarms.map(({ AlarmName }) => AlarmName!);
    expect(high).toMatch(/^TargetTracking-endpoint\/churn\/variant\/A-AlarmHigh-[-0-9a-f]{36}$/);

    context.passTime(10 * minute);
    await invoked(180);
    await set(high!, "ALARM");
    await pursue();
    expect(endpoint.capacity).toBe(3);
    await set(high!, "OK");
    context.passTime(20 * minute);
    await invoked(40);
    await set(low!, "ALARM");
    await pursue();
    expect(endpoint.capacity).toBe(2);
    // The cooldown of five minutes.
    context.passTime(4 * minute);
    await invoked(10);
    await pursue();
    expect(endpoint.capacity).toBe(2);
    context.passTime(2 * minute);
    await invoked(10);
    await pursue();
    expect(endpoint.capacity).toBe(1);
  });

  it("takes capacity away only when all of them would", async () => {
    endpoint = { capacity: 3, desired: 3 };
    await register();
    await pursue();
    const { Alarms } = await track();
    await track({ TargetValue: 10 }, "other");
    context.passTime(20 * minute);
    await invoked(20);
    await set(Alarms![1]!.AlarmName!, "ALARM");
    await pursue();
    expect(endpoint.capacity).toBe(3);
    await track({ TargetValue: 10, DisableScaleIn: true }, "other");
    await step(context, scalableTargetReconciler);
    await pursue();
    expect(endpoint.capacity).toBe(1);
  });

  it("tracks a metric of one's own, and has no alarm to scale in when that is disabled", async () => {
    await register();
    const own = {
      MetricName: "Queue",
      Namespace: "Shop",
      Statistic: "Average",
      Dimensions: [{ Name: "a", Value: "b" }],
    };
    const custom = { PredefinedMetricSpecification: undefined, CustomizedMetricSpecification: own };
    const { Alarms } = await track({ ...custom, DisableScaleIn: true });
    expect(Alarms).toHaveLength(1);
    const { MetricAlarms } = await call("cloudwatch", "DescribeAlarms", {});
    expect(MetricAlarms).toMatchObject([{ ...own, Period: 60, Threshold: 70 }]);
    await call("application-autoscaling", "DeleteScalingPolicy", { ...names, PolicyName: "tracking" });
    expect((await call("cloudwatch", "DescribeAlarms", {})).MetricAlarms).toEqual([]);
    await expect(
      call("application-autoscaling", "DeleteScalingPolicy", { ...names, PolicyName: "tracking" }),
    ).rejects.toMatchObject({
      code: "ObjectNotFoundException",
      message: expect.stringContaining("policy name: tracking"),
    });
  });

  it.each([
    [{ PredefinedMetricSpecification: undefined }, "Exactly one of"],
    [{ TargetValue: 0 }, "greater than 0"],
    [{ PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" } }, "is not built"],
    [
      { PredefinedMetricSpecification: undefined, CustomizedMetricSpecification: { Metrics: [{ Id: "m" }] } },
      "CustomizedMetricSpecification.Metrics is not built",
    ],
  ])("is refused with %j", async (configuration, words) => {
    await register();
    await expect(track(configuration)).rejects.toMatchObject({ message: expect.stringContaining(words) });
  });

  it("needs a scalable target", async () => {
    await expect(track()).rejects.toMatchObject({
      code: "ObjectNotFoundException",
      message: expect.stringContaining("No scalable target registered for service namespace: sagemaker"),
    });
  });
});

describe("a scheduled action", () => {
  const schedule = (more: object) =>
    call("application-autoscaling", "PutScheduledAction", {
      ...names,
      ScheduledActionName: "morning",
      ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 3 },
      ...more,
    });
  const described = async () =>
    (await call("application-autoscaling", "DescribeScheduledActions", { ServiceNamespace: "sagemaker" }))
      .ScheduledActions!;

  it("sets the limits at its time, and the capacity follows", async () => {
    await register();
    await pursue();
    await schedule({ Schedule: "at(2026-01-01T01:00:00)", Timezone: "Europe/Berlin" }).catch(() => {});
    await schedule({ Schedule: "at(2026-01-01T02:00:00)", Timezone: "Europe/Berlin" });
    expect(await described()).toMatchObject([
      {
        ...names,
        ScheduledActionName: "morning",
        Schedule: "at(2026-01-01T02:00:00)",
        ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 3 },
        ScheduledActionARN: expect.stringMatching(
          /:scheduledAction:[-0-9a-f]{36}:resource\/sagemaker\/endpoint\/churn\/variant\/A:scheduledActionName\/morning$/,
        ),
      },
    ]);
    expect(await step(context, scheduledActionReconciler)).toEqual([testTime + 60 * minute]);
    context.passTime(60 * minute);
    await step(context, scheduledActionReconciler);
    await pursue();
    expect(endpoint.capacity).toBe(2);
    expect(await activities()).toMatchObject([
      { Cause: "minimum capacity was set to 2", StatusCode: "Successful" },
      {
        Description: "Setting min capacity to 2 and max capacity to 3",
        Cause: "scheduled action name morning was triggered",
        StatusCode: "Successful",
        StatusMessage: "Successfully set min capacity to 2 and max capacity to 3",
      },
    ]);
    const { documents } = await context.resources.list(scheduledActionKind.name, { limit: 1 });
    expect(documents[0]!.status).toBe("Over");
  });

  it("comes again, and does nothing while it is suspended", async () => {
    await register({ SuspendedState: { ScheduledScalingSuspended: true } });
    await schedule({ Schedule: "rate(1 hour)" });
    context.passTime(60 * minute);
    await step(context, scheduledActionReconciler);
    expect(await activities()).toEqual([]);
    expect(await step(context, scheduledActionReconciler)).toEqual([testTime + 120 * minute]);
    await call("application-autoscaling", "DeleteScheduledAction", { ...names, ScheduledActionName: "morning" });
    expect(await described()).toEqual([]);
  });

  it("keeps what an update leaves out, and is refused in AWS's words", async () => {
    await register();
    await schedule({ Schedule: "rate(1 hour)" });
    await schedule({ ScalableTargetAction: { MaxCapacity: 4 }, Schedule: undefined });
    expect(await described()).toMatchObject([{ Schedule: "rate(1 hour)", ScalableTargetAction: { MaxCapacity: 4 } }]);
    await expect(schedule({ Schedule: "at(2025-01-01T00:00:00)" })).rejects.toThrow("in the past");
    await expect(schedule({ ScalableTargetAction: {} })).rejects.toThrow("MinCapacity, MaxCapacity, or both");
    await expect(schedule({ ScheduledActionName: "x", Schedule: undefined })).rejects.toThrow(
      "Schedule must be specified",
    );
    await expect(
      call("application-autoscaling", "DeleteScheduledAction", { ...names, ScheduledActionName: "none" }),
    ).rejects.toMatchObject({ code: "ObjectNotFoundException" });
  });
});
