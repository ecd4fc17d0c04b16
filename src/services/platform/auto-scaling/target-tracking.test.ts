import { describe, expect, it } from "vitest";
import { step } from "../cloudwatch/alarm.fixture.ts";
import {
  call,
  context,
  endpoint,
  invoked,
  measure,
  minute,
  names,
  pursue,
  register,
  set,
  track,
} from "./auto-scaling.fixture.ts";
import { scalableTargetReconciler } from "./scalable-target.reconcile.ts";

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
    Object.assign(endpoint, { capacity: 3, desired: 3 });
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
      "needs either Expression or MetricStat",
    ],
    [
      {
        PredefinedMetricSpecification: undefined,
        CustomizedMetricSpecification: { Metrics: [{ Id: "m", Expression: "1" }], MetricName: "Queue" },
      },
      "either Metrics or MetricName",
    ],
  ])("is refused with %j", async (configuration, words) => {
    await register();
    await expect(track(configuration)).rejects.toMatchObject({ message: expect.stringContaining(words) });
    const kept = await call("application-autoscaling", "DescribeScalingPolicies", { ServiceNamespace: "sagemaker" });
    expect(kept.ScalingPolicies).toEqual([]);
  });

  it("tracks what is computed of several metrics, and stays as it was when that cannot be computed", async () => {
    await register();
    await pursue();
    const stat = (Id: string, MetricName: string) => ({
      ...{ Id, ReturnData: false },
      MetricStat: { Metric: { Namespace: "Shop", MetricName }, Stat: "Sum" },
    });
    const computing = (Expression: string) => ({
      PredefinedMetricSpecification: undefined,
      CustomizedMetricSpecification: {
        Metrics: [stat("m1", "Queue"), stat("m2", "Late"), { Id: "each", Expression }],
      },
      TargetValue: 10,
    });
    const { Alarms = [] } = await track(computing("(m1 + m2) / 2"));
    context.passTime(10 * minute);
    await measure(30);
    await measure(0, "", {
      MetricData: [{ MetricName: "Late", Value: 20, Timestamp: new Date(context.clock.now() - minute) }],
    });
    await set(Alarms[0]!.AlarmName!, "ALARM");
    await pursue();
    expect(endpoint.capacity).toBe(3);
    await expect(track(computing("m1 +"))).rejects.toMatchObject({ message: expect.stringContaining("each") });
    const { MetricAlarms = [] } = await call("cloudwatch", "DescribeAlarms", {});
    expect(MetricAlarms.map(({ Metrics }) => Metrics![2]!.Expression)).toEqual(["(m1 + m2) / 2", "(m1 + m2) / 2"]);
    const { ScalingPolicies } = await call("application-autoscaling", "DescribeScalingPolicies", {
      ServiceNamespace: "sagemaker",
    });
    const { PredefinedMetricSpecification: _, ...kept } = computing("(m1 + m2) / 2");
    expect(ScalingPolicies).toMatchObject([{ Alarms, TargetTrackingScalingPolicyConfiguration: kept }]);
  });

  it("needs a scalable target", async () => {
    await expect(track()).rejects.toMatchObject({
      code: "ObjectNotFoundException",
      message: expect.stringContaining("No scalable target registered for service namespace: sagemaker"),
    });
  });
});
