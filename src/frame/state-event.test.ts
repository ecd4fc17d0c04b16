import { describe, expect, it } from "vitest";
import { createTestContext } from "../server/request/test-context.ts";
import { endpoint } from "../services/sagemaker/inference/endpoint.ts";
import { processingJob } from "../services/sagemaker/processing/processing-job.ts";
import { trainingJob } from "../services/sagemaker/training/training-job.ts";
import { mostEventBytes, type ResourceDocument } from "../stores/resources/port.ts";
import type { Kind } from "./define-kind.ts";
import { stateEvents } from "./state-event.ts";

const context = createTestContext({ units: [], images: { find: () => undefined } as never });
const about = (kind: Kind<never, never>, of: Partial<ResourceDocument>): ResourceDocument => ({
  key: { account: "123456789012", region: "us-west-2", kind: kind.name, name: "job" },
  ...{ id: "id", version: 1, schema: 1, created: 1_000, modified: 9_000, wanted: {}, actual: {} },
  ...of,
});
const eventsOf = (kind: unknown, before: ResourceDocument | undefined, after: ResourceDocument) =>
  stateEvents(kind as Kind<never, never>, before, after, context);

const step = (Status: string, StartTime: number, EndTime?: number) => ({
  Status,
  StartTime,
  EndTime,
  StatusMessage: "",
});
const training = {
  TrainingJobName: "job",
  HyperParameters: { eta: "0.1" },
  AlgorithmSpecification: { TrainingImage: "image", TrainingInputMode: "File" },
  RoleArn: "arn:aws:iam::123456789012:role/R",
  OutputDataConfig: { S3OutputPath: "s3://b/out" },
  ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
  StoppingCondition: { MaxRuntimeInSeconds: 60 },
  Tags: [{ Key: "team", Value: "blue" }],
};
const jobOf = (status: string, transitions: object[], actual: object = {}, wanted: object = {}) =>
  about(trainingJob as never, {
    status,
    wanted: { ...training, ...wanted },
    actual: { transitions, lostAttempts: 0, told: {}, ...actual },
  });
const starting = jobOf("InProgress", [step("Starting", 1_000)]);

describe("an event about a change of state", () => {
  it("has what Describe says of a training job, times in milliseconds, and the tags as a map", async () => {
    expect(await eventsOf(trainingJob, undefined, starting)).toEqual([
      {
        type: "SageMaker Training Job State Change",
        key: starting.key,
        detail: {
          TrainingJobName: "job",
          TrainingJobArn: "arn:aws:sagemaker:us-west-2:123456789012:training-job/job",
          TrainingJobStatus: "InProgress",
          SecondaryStatus: "Starting",
          HyperParameters: { eta: "0.1" },
          AlgorithmSpecification: { TrainingImage: "image", TrainingInputMode: "File", MetricDefinitions: [] },
          RoleArn: "arn:aws:iam::123456789012:role/R",
          OutputDataConfig: { KmsKeyId: "", CompressionType: "GZIP", S3OutputPath: "s3://b/out" },
          ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
          StoppingCondition: { MaxRuntimeInSeconds: 60 },
          CreationTime: 1_000,
          LastModifiedTime: 9_000,
          SecondaryStatusTransitions: [{ Status: "Starting", StartTime: 1_000, StatusMessage: "" }],
          EnableNetworkIsolation: false,
          EnableInterContainerTrafficEncryption: false,
          EnableManagedSpotTraining: false,
          ProfilingStatus: "Disabled",
          Tags: { team: "blue" },
        },
      },
    ]);
  });

  it("is there for each step that one write passes through, and shows none that comes after it", async () => {
    const transitions = [
      ...[step("Starting", 1_000, 2_000), step("Downloading", 2_000, 3_000)],
      ...[step("Training", 3_000, 4_000), step("Failed", 4_000, 4_000)],
    ];
    const failed = jobOf("Failed", transitions, { started: 2_000, ended: 4_000, failureReason: "AlgorithmError" });
    const events = await eventsOf(trainingJob, starting, failed);
    const details = events.map(({ detail }) => detail as Record<string, unknown>);
    expect(details.map((one) => [one.TrainingJobStatus, one.SecondaryStatus, one.FailureReason])).toEqual([
      ["InProgress", "Downloading", undefined],
      ["InProgress", "Training", undefined],
      ["Failed", "Failed", "AlgorithmError"],
    ]);
    expect(details[0]!.SecondaryStatusTransitions).toMatchObject([
      { Status: "Starting", EndTime: 2_000 },
      { Status: "Downloading" },
    ]);
    expect(details.map(({ TrainingEndTime }) => TrainingEndTime)).toEqual([undefined, undefined, 4_000]);
    expect((details[0]!.SecondaryStatusTransitions as object[]).at(-1)).not.toHaveProperty("EndTime");
  });

  it("is missing where the state stays: another message, another run", async () => {
    const again = jobOf("InProgress", [{ ...step("Starting", 1_000), StatusMessage: "Preparing" }], { runs: [] });
    expect(await eventsOf(trainingJob, starting, again)).toEqual([]);
  });

  it("leaves out the largest members of a job that does not fit", async () => {
    const HyperParameters = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`p${index}`, "é".repeat(1_250)]),
    );
    const large = jobOf("InProgress", [step("Starting", 1_000)], {}, { HyperParameters, Environment: { A: "b" } });
    const detail = (await eventsOf(trainingJob, undefined, large))[0]?.detail;
    expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(mostEventBytes);
    expect(detail).toMatchObject({ TrainingJobName: "job", Environment: { A: "b" } });
    expect(detail).not.toHaveProperty("HyperParameters");
  });

  it("of a processing job is about its status alone", async () => {
    const job = (status: string, transitions: object[], actual: object = {}) =>
      about(processingJob as never, {
        status,
        wanted: { ProcessingJobName: "job", ProcessingResources: { ClusterConfig: { InstanceType: "ml.m5.large" } } },
        actual: { transitions, lostAttempts: 0, told: {}, ...actual },
      });
    const created = job("InProgress", [step("Starting", 1_000)]);
    const ended = job(
      "Completed",
      [step("Starting", 1_000, 2_000), step("Processing", 2_000, 3_000), step("Completed", 3_000, 3_000)],
      { started: 2_000, ended: 3_000 },
    );
    const events = [
      ...(await eventsOf(processingJob, undefined, created)),
      ...(await eventsOf(processingJob, created, ended)),
    ];
    expect(events.map(({ type }) => type)).toEqual(Array(2).fill("SageMaker Processing Job State Change"));
    expect(events.map(({ detail }) => detail)).toMatchObject([
      { ProcessingJobStatus: "InProgress", CreationTime: 1_000, Tags: {} },
      { ProcessingJobStatus: "Completed", ProcessingStartTime: 2_000, ProcessingEndTime: 3_000 },
    ]);
  });

  it.each([
    ["Creating", "CREATING"],
    ["InService", "IN_SERVICE"],
    ["Deleting", "DELETING"],
  ])("of an endpoint that is %s says %s", async (status, said) => {
    const wanted = { EndpointName: "e", EndpointConfigName: "c" };
    const document = about(endpoint as never, { status, wanted, actual: { retiring: [] } });
    expect(await eventsOf(endpoint, undefined, document)).toMatchObject([
      {
        type: "SageMaker Endpoint State Change",
        detail: { EndpointName: "e", EndpointConfigName: "c", EndpointStatus: said },
      },
    ]);
  });
});
