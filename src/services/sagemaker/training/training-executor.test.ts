import { describe, expect, it } from "vitest";
import type { Executor } from "../../../executors/port.ts";
import { testExecutor } from "../../../executors/test-executor.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { createImageCatalogue } from "../../../images/image-catalogue.ts";
import { sagemakerXgboost } from "../../../images/xgboost.ts";
import { createTestContext } from "../../../server/request/test-context.ts";
import { trainingJob } from "./training-job.ts";
import { planTrainingRuns } from "./training-run.ts";

const bucket = defineOperations("s3", { HeadBucket: async () => ({}) });
const script = { HyperParameters: { sagemaker_program: "train.py" } };
const isolated = { EnableNetworkIsolation: true };

const none = testExecutor("none");
const sandboxing = testExecutor("sandboxing", { innerSandbox: true });
const both = testExecutor("both", { networkIsolation: true, innerSandbox: true });

/** Makes a job; returns the executor that its run begins with. */
async function create(executors: readonly Executor[], request: object) {
  const context = createTestContext({
    units: [trainingJob, bucket],
    images: createImageCatalogue([sagemakerXgboost]),
    executors,
  });
  await context.call("sagemaker", "CreateTrainingJob", {
    TrainingJobName: "job",
    RoleArn: "arn:aws:iam::123456789012:role/R",
    AlgorithmSpecification: {
      TrainingImage: "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1",
      TrainingInputMode: "File",
    },
    OutputDataConfig: { S3OutputPath: "s3://b/out" },
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: {},
    ...request,
  });
  const [plan] = await planTrainingRuns(await trainingJob.get(context, "job"), "arn", context);
  const { spec, imageExecutor } = plan!;
  const choice = await context.executors.choose(spec, imageExecutor);
  return { network: spec.network, executor: "executor" in choice ? choice.executor.name : choice.refusal };
}

describe("a training job is made where an executor can do all that its run needs", () => {
  it.each([
    ["nothing", {}, "host", "none"],
    ["network isolation", isolated, "none", "both"],
    ["a script", script, "host", "sandboxing"],
    ["a script with network isolation", { ...script, ...isolated }, "none", "both"],
  ])("%s", async (_, request, network, executor) => {
    expect(await create([none, sandboxing, both], request)).toEqual({ network, executor });
  });
});

describe("a training job is refused", () => {
  it.each([
    ["network isolation", isolated, [none, sandboxing], /cannot give a run network isolation\./],
    ["a script with network isolation", { ...script, ...isolated }, [sandboxing], /network isolation\. Its abilities/],
    ["a script", script, [none], /cannot give a run a sandbox inside its own/],
  ])("that needs %s when no one executor has it", async (_, request, executors, message) => {
    await expect(create(executors, request)).rejects.toMatchObject({
      code: "ValidationException",
      message: expect.stringMatching(message),
    });
  });
});
