import { describe, expect, it } from "vitest";
import { testTime } from "../../../server/request/test-context.ts";
import { step } from "../cloudwatch/alarm.fixture.ts";
import { activities, call, context, endpoint, names, pursue, register, track } from "./auto-scaling.fixture.ts";
import { scalableTargetReconciler } from "./scalable-target.reconcile.ts";
import { scalableTargetKind } from "./scaling-kinds.ts";

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
    Object.assign(endpoint, { capacity: 1, desired: 1, failureReason: "The model server ended." });
    await step(context, scalableTargetReconciler);
    expect(await activities()).toMatchObject([
      { StatusCode: "Failed", StatusMessage: expect.stringContaining("Reason: The model server ended.") },
    ]);
  });
});
