import { beforeEach, expect, it } from "vitest";
import { call, context, minute, names, register, track } from "./auto-scaling.fixture.ts";
import { scaledResourceFollower } from "./scaled-resource-follower.ts";

beforeEach(async () => {
  await register();
  await track();
  await call("application-autoscaling", "PutScheduledAction", {
    ...{ ...names, ScheduledActionName: "hourly", Schedule: "rate(1 hour)" },
    ScalableTargetAction: { MinCapacity: 1 },
  });
  context.passTime(minute);
});

const tell = (resource: string, more: { deleted?: boolean; time?: number } = {}) =>
  scaledResourceFollower.handle(
    {
      key: context.kinds.parse(`arn:aws:sagemaker:us-west-2:123456789012:${resource}`)!.key,
      ...{ sequence: 1, id: "01", version: 2, deleted: true, time: context.clock.now(), ...more },
    },
    context,
  );
const left = async () => {
  const of = { ServiceNamespace: "sagemaker" } as const;
  const { ScalableTargets } = await call("application-autoscaling", "DescribeScalableTargets", of);
  const { ScalingPolicies } = await call("application-autoscaling", "DescribeScalingPolicies", of);
  const { ScheduledActions } = await call("application-autoscaling", "DescribeScheduledActions", of);
  const { MetricAlarms } = await call("cloudwatch", "DescribeAlarms", {});
  return [ScalableTargets, ScalingPolicies, ScheduledActions, MetricAlarms].map((found) => found!.length);
};

it("all that scales an endpoint goes with it, however its name is written", async () => {
  await tell("endpoint/Churn");
  expect(await left()).toEqual([0, 0, 0, 0]);
  await tell("endpoint/Churn");
});

it.each([
  ["a change that is no deletion", "endpoint/churn", { deleted: false }],
  ["the deletion of another endpoint", "endpoint/churn2", {}],
  ["the deletion of an inference component of that name", "inference-component/churn", {}],
  ["a deletion before the target was registered: it is of a new endpoint", "endpoint/churn", { time: 0 }],
])("%s leaves it", async (_, resource, more) => {
  await tell(resource, more);
  expect(await left()).toEqual([1, 1, 1, 2]);
});
