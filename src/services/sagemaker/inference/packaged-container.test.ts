import { beforeEach, expect, it } from "vitest";
import { validationFault } from "../../../aws/faults.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { createImageCatalogue } from "../../../images/image-catalogue.ts";
import { sagemakerXgboost } from "../../../images/xgboost.ts";
import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { model } from "./model.ts";

const Image = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1";
const packaged = { Image, ModelDataUrl: "s3://bucket/a.tar.gz", Environment: { A: "package", B: "package" } };
const additional = { Name: "fast", Containers: [{ ...packaged, ModelDataUrl: "s3://bucket/fast.tar.gz" }] };
const version = {
  ModelPackageVersion: 1,
  ModelApprovalStatus: "Approved",
  InferenceSpecification: { Containers: [packaged] },
  AdditionalInferenceSpecifications: [additional],
};
const packages: Record<string, object> = {
  "g/1": version,
  "g/2": { ...version, ModelApprovalStatus: "PendingManualApproval" },
  "g/3": { ...version, ModelApprovalStatus: "Rejected" },
  "g/4": { ...version, InferenceSpecification: { Containers: [packaged, packaged] } },
  "g/5": { ...version, InferenceSpecification: undefined, AdditionalInferenceSpecifications: undefined },
  "g/6": { ...version, InferenceSpecification: { Containers: [{ ...packaged, Image: "mine:1" }] } },
  "g/7": { ...version, InferenceSpecification: { Containers: [{ ...packaged, ModelDataUrl: "s3://bucket/none" }] } },
  "g/8": {
    ...version,
    InferenceSpecification: { Containers: [{ ...packaged, AdditionalS3DataSource: { S3Uri: "s" } }] },
  },
  alone: { ...version, ModelPackageVersion: undefined, ModelApprovalStatus: undefined },
};
const registry = defineOperations("sagemaker", {
  async DescribeModelPackage({ ModelPackageName }) {
    const found = packages[ModelPackageName];
    if (!found) throw validationFault(`Could not find model package: ${ModelPackageName}`);
    return { ModelPackageArn: `arn:${ModelPackageName}`, ...found } as never;
  },
});
const bucket = defineOperations("s3", {
  async HeadObject({ Key }) {
    if (Key === "none") throw validationFault("Not found");
    return {};
  },
});

let context: TestContext;
const create = (container: object) =>
  context.call("sagemaker", "CreateModel", {
    ModelName: "m",
    Containers: [container],
    Tags: [{ Key: "a", Value: "b" }],
  });

beforeEach(() => {
  context = createTestContext({
    units: [model, registry, bucket],
    images: createImageCatalogue([sagemakerXgboost]),
  });
});

it.each(["g/1", "g/2", "alone"])(
  "a model of the package %s has its container, with the environment of the request on top",
  async (name) => {
    await create({ ModelPackageName: name, Environment: { B: "model", C: "model" } });
    const { Containers, PrimaryContainer } = await context.call("sagemaker", "DescribeModel", { ModelName: "m" });
    expect(PrimaryContainer).toBeUndefined();
    expect(Containers).toEqual([
      {
        ModelPackageName: name,
        Mode: "SingleModel",
        Image,
        ModelDataUrl: "s3://bucket/a.tar.gz",
        Environment: { A: "package", B: "model", C: "model" },
      },
    ]);
    expect((await model.get(context, "m")).wanted.Tags).toEqual([{ Key: "a", Value: "b" }]);
  },
);

it("an additional inference specification is taken by its name", async () => {
  await create({ ModelPackageName: "g/1", InferenceSpecificationName: "fast" });
  const { Containers } = await context.call("sagemaker", "DescribeModel", { ModelName: "m" });
  expect(Containers).toMatchObject([{ ModelDataUrl: "s3://bucket/fast.tar.gz", InferenceSpecificationName: "fast" }]);
});

it.each([
  [{ ModelPackageName: "g/9" }, "Could not find model package"],
  [{ ModelPackageName: "g/3" }, "arn:g/3 has the approval status Rejected"],
  [{ ModelPackageName: "g/5" }, "arn:g/5 has no InferenceSpecification"],
  [{ ModelPackageName: "g/6" }, /mine:1 has no runtime/],
  [{ ModelPackageName: "g/7" }, "Could not find model data at s3://bucket/none"],
  [{ ModelPackageName: "g/8" }, "AdditionalS3DataSource is not built"],
  [{ ModelPackageName: "g/1", Image }, "ModelPackageName and Image are both given"],
  [{ ModelPackageName: "g/1", InferenceSpecificationName: "slow" }, 'specification "slow". It has: fast.'],
])("refuses the container %j", async (container, reason) => {
  await expect(create(container)).rejects.toThrow(reason);
});

it("a package of several containers is a pipeline", async () => {
  await create({ ModelPackageName: "g/4", Environment: { B: "mine" } });
  const { Containers } = await context.call("sagemaker", "DescribeModel", { ModelName: "m" });
  expect(Containers?.map(({ Environment }) => Environment)).toEqual([
    { A: "package", B: "mine" },
    { A: "package", B: "mine" },
  ]);
});
