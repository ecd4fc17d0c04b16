import { beforeEach, expect, it } from "vitest";
import { Fault } from "../../../aws/faults.ts";
import type { Executor } from "../../../executors/port.ts";
import { testExecutor } from "../../../executors/test-executor.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { defineImage } from "../../../images/define-image.ts";
import { createImageCatalogue } from "../../../images/image-catalogue.ts";
import { sagemakerXgboost } from "../../../images/xgboost.ts";
import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { tags } from "../tags.ts";
import { endpointConfig } from "./endpoint-config.ts";
import { planFleet } from "./endpoint-fleet.ts";
import { model } from "./model.ts";
import { serverRun } from "./server-run.ts";

const Image = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1";
const ModelDataUrl = "s3://bucket/job/output/model.tar.gz";
const bucket = defineOperations("s3", {
  async HeadObject({ Key }) {
    if (Key === "job/output/model.tar.gz") return {};
    throw new Fault(Key?.startsWith("private") ? "Forbidden" : "NotFound", "", {
      status: Key?.startsWith("private") ? 403 : 404,
    });
  },
});

let context: TestContext;
const create = (PrimaryContainer: object, ModelName = "m") =>
  context.call("sagemaker", "CreateModel", { ModelName, PrimaryContainer });
const config = (variants: object[], EndpointConfigName = "c", more: object = {}) =>
  context.call("sagemaker", "CreateEndpointConfig", {
    EndpointConfigName,
    ProductionVariants: variants as never,
    ...more,
  });
const variant = { VariantName: "AllTraffic", ModelName: "m", InstanceType: "ml.m5.large", InitialInstanceCount: 1 };

const contextOf = (...executors: Executor[]) =>
  createTestContext({
    units: [model, endpointConfig, tags, bucket],
    images: createImageCatalogue([sagemakerXgboost]),
    executors,
  });

beforeEach(() => {
  context = contextOf(testExecutor("process"));
});

it("a model is shown as it was made, its mode filled in", async () => {
  await create({ Image, ModelDataUrl, Environment: { A: "1" } });
  expect(await context.call("sagemaker", "DescribeModel", { ModelName: "m" })).toMatchObject({
    ModelArn: "arn:aws:sagemaker:us-west-2:123456789012:model/m",
    PrimaryContainer: { Image, ModelDataUrl, Environment: { A: "1" }, Mode: "SingleModel" },
    EnableNetworkIsolation: false,
  });
});

it.each([
  [{}, "names no Image"],
  [{ Image: "123456789012.dkr.ecr.us-west-2.amazonaws.com/mine:1" }, /mine:1 has no runtime.*sagemaker-xgboost/],
  [{ Image, ModelDataUrl: "s3://bucket/none" }, "Could not find model data at s3://bucket/none."],
  [{ Image, ModelDataUrl: "s3://bucket/private/m" }, "Could not access model data at s3://bucket/private/m."],
  [{ Image, ModelDataUrl: "file:///etc/passwd" }, "Invalid model data URL"],
  [{ Image, Mode: "MultiModel" }, "needs the prefix of its models as its ModelDataUrl"],
  [{ InferenceSpecificationName: "fast" }, "InferenceSpecificationName is given without ModelPackageName"],
])("refuses a container %j", async (container, reason) => {
  await expect(create(container)).rejects.toThrow(reason);
});

it("a model has one container, or a list of them", async () => {
  await expect(context.call("sagemaker", "CreateModel", { ModelName: "m" })).rejects.toThrow("needs a container");
  const both = { ModelName: "m", PrimaryContainer: { Image }, Containers: [{ Image }] };
  await expect(context.call("sagemaker", "CreateModel", both)).rejects.toThrow("one or the other");
  const two = { ModelName: "m", Containers: [{ Image }, { Image, ContainerHostname: "second" }] };
  await context.call("sagemaker", "CreateModel", two);
  const described = await context.call("sagemaker", "DescribeModel", { ModelName: "m" });
  expect([described.PrimaryContainer, described.Containers?.map((one) => one.ContainerHostname)]).toEqual([
    undefined,
    [undefined, "second"],
  ]);
});

it.each([
  ["the model", true, undefined],
  ["the configuration", undefined, true],
  ["neither", undefined, undefined],
])("%s asks for network isolation, and its model servers get it", async (_, ofModel, ofConfig) => {
  context = contextOf(testExecutor("open"), testExecutor("closed", { networkIsolation: true, innerSandbox: true }));
  const asked = { ModelName: "m", PrimaryContainer: { Image }, EnableNetworkIsolation: ofModel };
  await context.call("sagemaker", "CreateModel", asked);
  await config([variant], "c", { EnableNetworkIsolation: ofConfig });
  const { variants } = await planFleet(context, "c");
  const { spec, imageExecutor } = serverRun(context, variants[0]!);
  expect(spec.network).toBe(ofModel || ofConfig ? "none" : "host");
  const executor = context.executors.named(ofModel || ofConfig ? "closed" : "open");
  expect(await context.executors.choose(spec, imageExecutor)).toEqual({ executor });
});

it("network isolation is refused where the executor of the image has none", async () => {
  await create({ Image });
  const isolated = { EnableNetworkIsolation: true };
  const model = { ModelName: "n", PrimaryContainer: { Image }, ...isolated };
  await expect(context.call("sagemaker", "CreateModel", model)).rejects.toThrow("network isolation");
  await expect(config([variant], "c", isolated)).rejects.toThrow("network isolation");

  const open = defineImage({ ...sagemakerXgboost, executor: "open" });
  context = contextOf(testExecutor("open"), testExecutor("closed", { networkIsolation: true, innerSandbox: true }));
  Object.assign(context, { images: createImageCatalogue([open]) });
  await expect(context.call("sagemaker", "CreateModel", model)).rejects.toThrow("network isolation");
});

it("an endpoint configuration is shown with the weights filled in", async () => {
  await create({ Image });
  await config([variant]);
  expect(await context.call("sagemaker", "DescribeEndpointConfig", { EndpointConfigName: "c" })).toMatchObject({
    ProductionVariants: [{ ...variant, InitialVariantWeight: 1 }],
  });
  await expect(config([variant], "C")).rejects.toThrow("Cannot create already existing endpoint configuration");
});

it.each([
  [
    [{ ...variant, ModelName: "none" }],
    {},
    'Could not find model "arn:aws:sagemaker:us-west-2:123456789012:model/none".',
  ],
  [[variant, variant], {}, 'Variant name "AllTraffic" is used twice'],
  [[{ ...variant, InitialVariantWeight: 0 }], {}, "at least one must be greater"],
  [[{ ...variant, InitialVariantWeight: Number.POSITIVE_INFINITY }], {}, "is Infinity; it must be a finite number"],
  [[{ ...variant, InstanceType: undefined }], {}, "needs InstanceType and InitialInstanceCount"],
  [
    [{ ...variant, ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 1 } }],
    {},
    'Serverless production variant "AllTraffic": ',
  ],
  [[variant], { AsyncInferenceConfig: { OutputConfig: {} } }, "AsyncInferenceConfig.OutputConfig needs S3OutputPath"],
])("refuses variants %#", async (variants, more, reason) => {
  await create({ Image });
  await expect(config(variants, "c", more)).rejects.toThrow(reason);
});

it("tags are kept with the resource, changed one by one and listed by page", async () => {
  await context.call("sagemaker", "CreateModel", {
    ModelName: "m",
    PrimaryContainer: { Image },
    Tags: [{ Key: "a", Value: "1" }],
  });
  const ResourceArn = "arn:aws:sagemaker:us-west-2:123456789012:model/m";
  const added = await Promise.all(
    ["b", "c", "d"].map((Key) => context.call("sagemaker", "AddTags", { ResourceArn, Tags: [{ Key, Value: "2" }] })),
  );
  expect(added.map(({ Tags }) => Tags!.length).sort()).toEqual([2, 3, 4]);
  await context.call("sagemaker", "DeleteTags", { ResourceArn, TagKeys: ["c"] });
  const first = await context.call("sagemaker", "ListTags", { ResourceArn, MaxResults: 2 });
  const rest = await context.call("sagemaker", "ListTags", { ResourceArn, NextToken: first.NextToken });
  expect([...first.Tags!, ...rest.Tags!].map(({ Key }) => Key).sort()).toEqual(["a", "b", "d"]);
  expect(rest.NextToken).toBeUndefined();
});

it("a page of tags goes on after its last key, though that tag was removed meanwhile", async () => {
  await create({ Image });
  const ResourceArn = "arn:aws:sagemaker:us-west-2:123456789012:model/m";
  const add = (...keys: string[]) =>
    context.call("sagemaker", "AddTags", { ResourceArn, Tags: keys.map((Key) => ({ Key, Value: "" })) });
  const list = (NextToken?: string) => context.call("sagemaker", "ListTags", { ResourceArn, MaxResults: 2, NextToken });
  await add("d", "b", "a", "e");
  const first = await list();
  expect(first.Tags!.map(({ Key }) => Key)).toEqual(["a", "b"]);
  await context.call("sagemaker", "DeleteTags", { ResourceArn, TagKeys: ["b"] });
  await add("c", "\u00e4");
  const second = await list(first.NextToken);
  expect(second.Tags!.map(({ Key }) => Key)).toEqual(["c", "d"]);
  const third = await list(second.NextToken);
  expect(third).toMatchObject({ Tags: [{ Key: "e" }, { Key: "\u00e4" }], NextToken: undefined });
  for (const token of ["x", "bnVsbA", `${first.NextToken}=`])
    await expect(list(token)).rejects.toThrow("Invalid pagination token");
});

it("tags: missing resources, reserved keys and more than 50 are refused", async () => {
  const tag = (ResourceArn: string, Tags: { Key: string; Value: string }[]) =>
    context.call("sagemaker", "AddTags", { ResourceArn, Tags });
  const ResourceArn = "arn:aws:sagemaker:us-west-2:123456789012:model/m";
  const one = [{ Key: "k", Value: "v" }];
  await expect(tag(ResourceArn, one)).rejects.toThrow(`Could not find model "${ResourceArn}".`);
  await expect(tag("arn:aws:s3:::bucket", one)).rejects.toThrow("is not the ARN of a SageMaker resource");
  await create({ Image });
  await expect(tag(ResourceArn, [{ Key: "aws:x", Value: "" }])).rejects.toThrow("reserved");
  const many = Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
  await expect(tag(ResourceArn, many)).rejects.toThrow("51 tags; it may have at most 50");
  await expect(tag(ResourceArn.replace("us-west-2", "eu-west-1"), one)).rejects.toThrow("Could not find");
});
