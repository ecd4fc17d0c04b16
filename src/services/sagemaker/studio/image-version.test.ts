import { beforeEach, expect, test } from "vitest";
import { createTestContext, type TestContext } from "../../../server/request/test-context.ts";
import { image } from "./image.ts";
import { imageVersion } from "./image-version.ts";

let context: TestContext;
beforeEach(async () => {
  context = createTestContext({ units: [image, imageVersion], settings: { roles: "any" } });
  const RoleArn = "arn:aws:iam::123456789012:role/Apps";
  await context.call("sagemaker", "CreateImage", { ImageName: "Tools", RoleArn });
});

const ImageName = "Tools";
const create = async (Aliases: string[] = []) =>
  (await context.call("sagemaker", "CreateImageVersion", { ImageName, BaseImage: "base:1", Aliases } as never))
    .ImageVersionArn!;
const describe = (more: object = {}) => context.call("sagemaker", "DescribeImageVersion", { ImageName, ...more });
const update = (more: object) => context.call("sagemaker", "UpdateImageVersion", { ImageName, ...more });
const aliases = async (more: object = {}) =>
  (await context.call("sagemaker", "ListAliases", { ImageName, ...more })).SageMakerImageVersionAliases;

test("a version is described by its number, by an alias, or as the newest one", async () => {
  for (const names of [["stable"], ["next", "test"]]) await create(names);
  expect(await describe()).toMatchObject({ Version: 2, BaseImage: "base:1", ImageVersionStatus: "CREATED" });
  expect(await describe({ Version: 1 })).toMatchObject({ Version: 1 });
  expect(await describe({ Alias: "stable" })).toMatchObject({ Version: 1 });
  await expect(describe({ Alias: "old" })).rejects.toThrow("image/tools has the alias old.");
  await expect(describe({ Alias: "stable", Version: 2 })).rejects.toThrow("named by one of them");
  expect(await aliases()).toEqual(["next", "stable", "test"]);
  expect(await aliases({ Version: 2 })).toEqual(["next", "test"]);
  expect(await aliases({ MaxResults: 2 })).toEqual(["next", "stable"]);
  expect(await aliases({ MaxResults: 2, NextToken: "stable" })).toEqual(["test"]);
});

test("an alias names one version, and goes with it", async () => {
  await create(["stable"]);
  await create();
  await expect(create(["stable"])).rejects.toThrow("The alias stable names version 1; take it off there first.");
  await expect(update({ Version: 2, AliasesToAdd: ["stable"] })).rejects.toMatchObject({ code: "ResourceInUse" });
  await update({ Alias: "stable", AliasesToDelete: ["stable"], AliasesToAdd: ["old"], MLFramework: "xgboost 3.0" });
  await update({ Version: 2, AliasesToAdd: ["stable"] });
  expect(await describe({ Alias: "old" })).toMatchObject({ Version: 1, MLFramework: "xgboost 3.0" });
  expect(await describe({ Alias: "stable" })).toMatchObject({ Version: 2 });
  await context.call("sagemaker", "DeleteImageVersion", { ImageName, Alias: "stable" });
  expect(await aliases()).toEqual(["old"]);
  expect(await describe()).toMatchObject({ Version: 1 });
  await expect(context.call("sagemaker", "DeleteImageVersion", { ImageName })).rejects.toThrow("Version and Alias");
});

test("numbers are never used again, also when several are made at once", async () => {
  await Promise.all([create(), create(), create()]);
  await context.call("sagemaker", "DeleteImageVersion", { ImageName, Version: 3 });
  expect(await create()).toMatch(/image-version\/tools\/4$/);
  await context.call("sagemaker", "DeleteImage", { ImageName });
  await expect(describe({ Version: 1 })).rejects.toMatchObject({ code: "ResourceNotFound" });
});

test("UpdateImage changes and removes what describes an image", async () => {
  const updateImage = (more: object) => context.call("sagemaker", "UpdateImage", { ImageName, ...more });
  await updateImage({ DisplayName: "All tools", Description: "Of a team" });
  await updateImage({ DeleteProperties: ["Description"] });
  const described = await context.call("sagemaker", "DescribeImage", { ImageName });
  expect(described).toMatchObject({ DisplayName: "All tools", ImageStatus: "CREATED" });
  expect(described.Description).toBeUndefined();
  await expect(updateImage({ DeleteProperties: ["RoleArn"] })).rejects.toThrow('DeleteProperties names "RoleArn"');
  await expect(updateImage({ DeleteProperties: ["Description"], Description: "x" })).rejects.toThrow("named in Delete");
});
