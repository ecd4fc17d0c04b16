import { beforeEach, expect, test } from "vitest";
import { createTestContext, type TestContext } from "../server/request/test-context.ts";
import { idempotencyToken, tokenExpiry } from "./idempotency.ts";
import { group, modelPackage } from "./sequence-kinds.fixture.ts";

const day = 24 * 3_600_000;
let context: TestContext;
beforeEach(async () => {
  context = createTestContext({ units: [group, modelPackage] });
  await context.call("sagemaker", "CreateModelPackageGroup", { ModelPackageGroupName: "group" });
});

const create = async (ClientToken?: string, more: object = {}, at: TestContext = context) => {
  const input = { ModelPackageGroupName: "group", ClientToken, ...more };
  return (await at.call("sagemaker", "CreateModelPackage", input)).ModelPackageArn!.split("/").at(-1);
};
const versions = async () => {
  const { ModelPackageSummaryList } = await context.call("sagemaker", "ListModelPackages", { SortOrder: "Ascending" });
  return ModelPackageSummaryList!.map(({ ModelPackageArn }) => ModelPackageArn!.split("/").at(-1));
};

test("the same token makes one thing, by requests after each other and at once", async () => {
  expect(await create("first")).toBe("1");
  expect(await create("first")).toBe("1");
  expect(await Promise.all(Array.from({ length: 6 }, () => create("second")))).toEqual(Array(6).fill("2"));
  const mixed = await Promise.all(["third", "fourth", "third", undefined, undefined].map((token) => create(token)));
  expect(mixed[0]).toBe(mixed[2]);
  expect(new Set(mixed).size).toBe(4);
  expect(await versions()).toEqual(["1", "2", "3", "4", "5", "6"]);
});

test("a token says nothing in another account or region, nor of other parameters", async () => {
  expect(await create("token")).toBe("1");
  await expect(create("token", { ModelApprovalStatus: "Approved" })).rejects.toThrow(
    'ClientToken "token" was used with other parameters',
  );
  for (const place of [{ account: "999999999999" }, { region: "eu-west-1" }]) {
    const there = context.at(place);
    await there.call("sagemaker", "CreateModelPackageGroup", { ModelPackageGroupName: "group" });
    expect(await create("token", { ModelApprovalStatus: "Approved" }, there)).toBe("1");
  }
  expect(await versions()).toEqual(["1"]);
});

test("a request that is refused leaves no token", async () => {
  await expect(create("token", { ModelPackageGroupName: "missing" })).rejects.toThrow("Could not find");
  expect(await create("token")).toBe("1");
});

test("a token is good for a day, and for what is there", async () => {
  expect(await create("token")).toBe("1");
  context.passTime(day - 1);
  expect(await create("token")).toBe("1");
  context.passTime(1);
  expect(await create("token")).toBe("2");
  const ModelPackageName = modelPackage.arn(
    modelPackage.key(context, { ModelPackageGroupName: "group", Version: "2" }),
  );
  await modelPackage.operations.DeleteModelPackage!({ ModelPackageGroupName: "group", Version: "2" }, context);
  await expect(modelPackage.get(context, { ModelPackageName })).rejects.toThrow("Could not find");
  expect(await create("token")).toBe("3");
});

test("a token does not answer with a thing that was made anew under the name", async () => {
  expect(await create("token")).toBe("1");
  await modelPackage.operations.DeleteModelPackage!({ ModelPackageGroupName: "group", Version: "1" }, context);
  await group.operations.DeleteModelPackageGroup!({ ModelPackageGroupName: "group" }, context);
  await context.call("sagemaker", "CreateModelPackageGroup", { ModelPackageGroupName: "group" });
  expect(await create(undefined, { ModelApprovalStatus: "Approved" })).toBe("1");
  expect(await create("token")).toBe("2");
});

test("tokens that are good no more are removed", async () => {
  await create("old");
  context.passTime(day / 2);
  await create("young");
  context.passTime(day / 2 + 1);
  await tokenExpiry.run(context, new AbortController().signal);
  const { documents } = await context.resources.list(idempotencyToken.name, { limit: 10 });
  expect(documents.map(({ key }) => idempotencyToken.variables(key).Token)).toEqual(["young"]);
});

test("a token of a newer shape is refused and stays as it is", async () => {
  const key = idempotencyToken.key(context, { Kind: "sagemaker/model-package", Token: "newer" });
  const put = { key, id: "id", schema: 2, created: 1, modified: context.clock.now(), wanted: {}, actual: {} };
  await context.resources.write([{ put, expected: "absent" }]);
  await expect(create("newer")).rejects.toThrow("has shape 2; this version reads up to 1");
  expect(await context.resources.get(key)).toMatchObject({ schema: 2, version: 1 });
  expect(await versions()).toEqual([]);
});
