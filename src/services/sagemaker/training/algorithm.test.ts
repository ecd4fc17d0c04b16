import { describe, expect, it } from "vitest";
import { createImageCatalogue } from "../../../images/image-catalogue.ts";
import { sagemakerXgboost } from "../../../images/xgboost.ts";
import { createTestContext } from "../../../server/request/test-context.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { algorithm } from "./algorithm.ts";
import { withAlgorithm } from "./algorithm-source.ts";
import type { TrainingRequest } from "./training-request.ts";

type CreateAlgorithm = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateAlgorithm">;
const TrainingImage = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1";

const specification = {
  TrainingImage,
  SupportedTrainingInstanceTypes: ["ml.m5.large", "ml.m5.xlarge"],
  SupportedHyperParameters: [
    {
      Name: "num_round",
      Type: "Integer",
      IsRequired: true,
      IsTunable: true,
      Range: { IntegerParameterRangeSpecification: { MinValue: "1", MaxValue: "100" } },
    },
    {
      Name: "eta",
      Type: "Continuous",
      DefaultValue: "0.3",
      Range: { ContinuousParameterRangeSpecification: { MinValue: "0", MaxValue: "1" } },
    },
    {
      Name: "objective",
      Type: "Categorical",
      DefaultValue: "binary:logistic",
      Range: { CategoricalParameterRangeSpecification: { Values: ["binary:logistic", "reg:squarederror"] } },
    },
    { Name: "note", Type: "FreeText" },
  ],
  TrainingChannels: [
    {
      Name: "train",
      IsRequired: true,
      SupportedContentTypes: ["text/csv"],
      SupportedCompressionTypes: ["None"],
      SupportedInputModes: ["File"],
    },
    { Name: "validation", SupportedContentTypes: ["text/csv"], SupportedInputModes: ["File"] },
  ],
  MetricDefinitions: [{ Name: "loss", Regex: "loss=(.*)" }],
} as unknown as CreateAlgorithm["TrainingSpecification"];

function newContext() {
  return createTestContext({ units: [algorithm], images: createImageCatalogue([sagemakerXgboost]) });
}
const make = (context = newContext(), changes: Partial<typeof specification> = {}) =>
  context
    .call("sagemaker", "CreateAlgorithm", {
      AlgorithmName: "trees",
      TrainingSpecification: { ...specification, ...changes },
    })
    .then(() => context);

const channel = (ChannelName: string, more: object = {}) => ({
  ChannelName,
  ContentType: "text/csv",
  DataSource: { S3DataSource: { S3DataType: "S3Prefix" as const, S3Uri: "s3://b/x" } },
  ...more,
});
const job = (changes: Partial<TrainingRequest> = {}): TrainingRequest => ({
  TrainingJobName: "job",
  AlgorithmSpecification: { AlgorithmName: "trees", TrainingInputMode: "File" },
  RoleArn: "arn:aws:iam::123456789012:role/R",
  HyperParameters: { num_round: "10" },
  InputDataConfig: [channel("train")],
  OutputDataConfig: { S3OutputPath: "s3://b/out" },
  ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
  StoppingCondition: {},
  ...changes,
});

it("an algorithm is made, described, listed and deleted", async () => {
  const context = await make();
  const AlgorithmArn = "arn:aws:sagemaker:us-west-2:123456789012:algorithm/trees";
  await expect(make(context)).rejects.toThrow(`Algorithm already exists with the ARN ${AlgorithmArn}.`);
  const described = await context.call("sagemaker", "DescribeAlgorithm", { AlgorithmName: AlgorithmArn });
  expect(described).toMatchObject({
    AlgorithmName: "trees",
    AlgorithmArn,
    AlgorithmStatus: "Completed",
    TrainingSpecification: specification,
  });
  const { AlgorithmSummaryList } = await context.call("sagemaker", "ListAlgorithms", { NameContains: "REE" });
  expect(AlgorithmSummaryList).toMatchObject([{ AlgorithmName: "trees", AlgorithmArn }]);
  await context.call("sagemaker", "DeleteAlgorithm", { AlgorithmName: "trees" });
  await expect(context.call("sagemaker", "DescribeAlgorithm", { AlgorithmName: "trees" })).rejects.toThrow(
    `Algorithm ${AlgorithmArn} does not exist.`,
  );
});

it("a job has the image, the metrics and the default values of its algorithm", async () => {
  expect(await withAlgorithm(job(), await make())).toMatchObject({
    AlgorithmSpecification: {
      AlgorithmName: "trees",
      TrainingImage,
      TrainingInputMode: "File",
      MetricDefinitions: [{ Name: "loss", Regex: "loss=(.*)" }],
    },
    HyperParameters: { num_round: "10", eta: "0.3", objective: "binary:logistic" },
  });
});

describe("a job is refused", () => {
  const algorithmSpecification = { AlgorithmName: "trees", TrainingInputMode: "File" as const };
  it.each<[string, Partial<TrainingRequest>, RegExp]>([
    ["with another hyperparameter", { HyperParameters: { num_round: "1", rounds: "1" } }, /no hyperparameter "rounds"/],
    ["without one that is required", { HyperParameters: {} }, /"num_round" is required/],
    ["with one out of its range", { HyperParameters: { num_round: "101" } }, /"101"; it must be from 1 to 100/],
    ["with half a round", { HyperParameters: { num_round: "1.5" } }, /must be a whole number/],
    ["with a word for a number", { HyperParameters: { num_round: "1", eta: "much" } }, /must be a number/],
    ["with a value that is none of those", { HyperParameters: { num_round: "1", objective: "x" } }, /must be one of/],
    [
      "on another instance type",
      { ResourceConfig: { InstanceType: "ml.c5.xlarge", VolumeSizeInGB: 1 } },
      /ml\.c5\.xlarge/,
    ],
    ["on two instances", { ResourceConfig: { ...job().ResourceConfig!, InstanceCount: 2 } }, /distributed training/],
    ["with another channel", { InputDataConfig: [channel("train"), channel("test")] }, /no channel "test"/],
    ["without a required channel", { InputDataConfig: [channel("validation")] }, /"train" is required/],
    ["with another content type", { InputDataConfig: [channel("train", { ContentType: "x" })] }, /ContentType x/],
    ["compressed", { InputDataConfig: [channel("train", { CompressionType: "Gzip" })] }, /CompressionType Gzip/],
    ["in another mode", { InputDataConfig: [channel("train", { InputMode: "Pipe" })] }, /InputMode Pipe/],
    ["with an image too", { AlgorithmSpecification: { ...algorithmSpecification, TrainingImage } }, /Give one of them/],
    [
      "with an algorithm that is not there",
      { AlgorithmSpecification: { ...algorithmSpecification, AlgorithmName: "none" } },
      /algorithm\/none does not exist/,
    ],
  ])("%s", async (_, changes, message) => {
    await expect(withAlgorithm(job(changes), await make())).rejects.toMatchObject({
      code: "ValidationException",
      message: expect.stringMatching(message),
    });
  });
});

describe("an algorithm is refused", () => {
  const [num_round, eta] = specification.SupportedHyperParameters!;
  it.each<[string, Partial<typeof specification>, RegExp]>([
    ["without a runtime for its image", { TrainingImage: "123.dkr.ecr.us-west-2.amazonaws.com/x:1" }, /no runtime/],
    ["with a hyperparameter twice", { SupportedHyperParameters: [eta!, eta!] }, /"eta" is specified twice/],
    [
      "with a default out of range",
      { SupportedHyperParameters: [{ ...eta!, DefaultValue: "2" }] },
      /default value "2"/,
    ],
    [
      "with a range of another type",
      { SupportedHyperParameters: [{ ...eta!, Range: num_round!.Range }] },
      /type Continuous, and its range is a Integer/,
    ],
    ["tunable without range", { SupportedHyperParameters: [{ ...num_round!, Range: undefined }] }, /is tunable/],
    [
      "with a channel twice",
      { TrainingChannels: [...specification.TrainingChannels, specification.TrainingChannels[0]!] },
      /"train"/,
    ],
    ["with a metric that is none", { MetricDefinitions: [{ Name: "a", Regex: "(" }] }, /Invalid regex/],
  ])("%s", async (_, changes, message) => {
    await expect(make(newContext(), changes)).rejects.toThrow(message);
  });
});
