import { describe, expect, it } from "vitest";
import {
  activities,
  call,
  context,
  endpoint,
  measure,
  minute,
  pursue,
  putSteps,
  register,
  set,
  steps,
  watchWith,
} from "./auto-scaling.fixture.ts";
import { scalableTargetKind } from "./scaling-kinds.ts";

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

  it("acts on a state that was given by hand right after a change, and leaves it to the cooldown when to act again", async () => {
    endpoint.capacity = endpoint.desired = 4;
    await register({ MaxCapacity: 3 });
    await pursue();
    const exact = { AdjustmentType: "ExactCapacity", Cooldown: 30 } as const;
    const { PolicyARN } = await putSteps({
      ...exact,
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }],
    });
    await watchWith(PolicyARN!);
    context.passTime(7_000);
    // What was measured says otherwise, and does not count.
    await measure(1);
    await set("busy", "ALARM");
    await pursue();
    expect(endpoint.capacity).toBe(3);
    context.passTime(30_000);
    await set("busy", "OK");
    await set("busy", "ALARM");
    await pursue();
    expect(endpoint.capacity).toBe(2);
    expect((await activities())[0]).toMatchObject({ Cause: "monitor alarm busy in state ALARM triggered policy out" });
  });

  it("goes by what an alarm computes of several metrics", async () => {
    await register();
    await pursue();
    const { PolicyARN } = await putSteps();
    const stat = (Id: string, MetricName: string) => ({
      ...{ Id, ReturnData: false },
      MetricStat: { Metric: { Namespace: "Shop", MetricName }, Stat: "Sum", Period: 60 },
    });
    await call("cloudwatch", "PutMetricAlarm", {
      ...{ AlarmName: "busy", EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: "GreaterThanThreshold" },
      Metrics: [stat("m1", "Queue"), stat("m2", "Late"), { Id: "all", Expression: "m1 + m2" }],
      AlarmActions: [PolicyARN!],
    });
    context.passTime(10 * minute);
    await measure(9);
    await measure(7, "Late", {
      MetricData: [{ MetricName: "Late", Value: 7, Timestamp: new Date(context.clock.now() - minute) }],
    });
    await set("busy", "ALARM");
    await pursue();
    // 16 is 11 beyond: the second step.
    expect(endpoint.capacity).toBe(3);
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
