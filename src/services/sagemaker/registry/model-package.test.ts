import { beforeEach, expect, it } from "vitest";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
import { tags } from "../tags.ts";
import { modelPackage } from "./model-package.ts";
import { modelPackageGroup } from "./model-package-group.ts";

const arn = (name: string) => `arn:aws:sagemaker:us-west-2:123456789012:model-package/${name}`;
const specification = (Image = "mine:1") => ({
  Containers: [{ Image, ModelDataUrl: "s3://bucket/model.tar.gz" }],
  SupportedContentTypes: ["text/csv"],
  SupportedResponseMIMETypes: ["text/csv"],
});
const alone = {
  ModelPackageName: "Alone",
  InferenceSpecification: {
    ...specification(),
    SupportedTransformInstanceTypes: ["ml.m5.large" as const],
    SupportedRealtimeInferenceInstanceTypes: ["ml.m5.large" as const],
  },
};

let context: TestContext;
const createGroup = (ModelPackageGroupName = "Churn") =>
  context.call("sagemaker", "CreateModelPackageGroup", { ModelPackageGroupName });
const create = async (more: object = {}) =>
  (
    await context.call("sagemaker", "CreateModelPackage", {
      ModelPackageGroupName: "Churn",
      InferenceSpecification: specification(),
      ...more,
    })
  ).ModelPackageArn;
const describe = (ModelPackageName: string, more: object = {}) =>
  context.call("sagemaker", "DescribeModelPackage", { ModelPackageName, ...more });
const update = (ModelPackageArn: string, more: object) =>
  context.call("sagemaker", "UpdateModelPackage", { ModelPackageArn, ...more });
const remove = (ModelPackageName: string) => context.call("sagemaker", "DeleteModelPackage", { ModelPackageName });
const list = async (input: object = {}) =>
  (await context.call("sagemaker", "ListModelPackages", { MaxResults: 100, ...input })).ModelPackageSummaryList.map(
    ({ ModelPackageArn }) => ModelPackageArn.split("model-package/")[1],
  );
const events = async () => (await context.resources.changes(0, 1000)).flatMap(({ event }) => event ?? []);

beforeEach(async () => {
  context = createTestContext({ units: [modelPackageGroup, modelPackage, tags] });
  await createGroup();
});

it("a version is shown as it was made, found by ARN and by GROUP/VERSION", async () => {
  expect(await create({ ModelPackageDescription: "first" })).toBe(arn("churn/1"));
  const described = await describe(arn("churn/1"));
  expect(described).toMatchObject({
    ModelPackageGroupName: "Churn",
    ModelPackageVersion: 1,
    ModelPackageArn: arn("churn/1"),
    ModelPackageDescription: "first",
    ModelPackageStatus: "Completed",
    ModelPackageStatusDetails: { ValidationStatuses: [] },
    ModelApprovalStatus: "PendingManualApproval",
    InferenceSpecification: specification(),
    SkipModelValidation: "None",
    CreationTime: new Date(testTime),
    CreatedBy: { IamIdentity: { Arn: context.caller.arn, PrincipalId: context.caller.userId } },
  });
  expect(described.ModelPackageName).toBeUndefined();
  expect(await describe("CHURN/1")).toEqual(described);
});

it("versions made at once are counted without a gap, and none is used again", async () => {
  const made = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const made = await create();
      if (index % 5 === 0) await remove(made);
      return made;
    }),
  );
  const versions = made.map((one) => Number(one.split("/").at(-1))).sort((a, b) => a - b);
  expect(versions).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  expect(await list({ ModelPackageGroupName: "churn" })).toHaveLength(40);
  const last = (await list({ ModelPackageGroupName: "churn", SortOrder: "Descending", MaxResults: 1 }))[0]!;
  await remove(last);
  expect(await create()).toBe(arn("churn/51"));
});

it("the same token makes one version, however often and however many at once ask", async () => {
  const made = await Promise.all(Array.from({ length: 5 }, () => create({ ClientToken: "once" })));
  expect(new Set(made)).toEqual(new Set([arn("churn/1")]));
  expect(await create({ ClientToken: "twice" })).toBe(arn("churn/2"));
  await expect(create({ ClientToken: "once", Domain: "COMPUTER_VISION" })).rejects.toThrow("other parameters");
});

it("a group with versions is kept; one made anew after its deletion is another", async () => {
  const removeGroup = () => context.call("sagemaker", "DeleteModelPackageGroup", { ModelPackageGroupName: "Churn" });
  await create();
  await expect(removeGroup()).rejects.toMatchObject({
    code: "ConflictException",
    message: expect.stringContaining("cannot be deleted because it still contains model packages"),
  });
  await remove("churn/1");
  await removeGroup();
  await expect(create()).rejects.toThrow(/^ModelPackageGroup arn:\S+:model-package-group\/churn does not exist\.$/);
  await createGroup();
  expect(await create()).toBe(arn("churn/1"));
});

it("a group and its last version are not both there when one is deleted while the other is made", async () => {
  for (let round = 0; round < 20; round++) {
    const results = await Promise.allSettled([
      context.call("sagemaker", "DeleteModelPackageGroup", { ModelPackageGroupName: "Churn" }),
      create(),
    ]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    if (results[0].status === "fulfilled") await createGroup();
    else await remove((results[1] as PromiseFulfilledResult<string>).value);
  }
});

it("approvals at once are both told of, and no other change is lost", async () => {
  await create();
  context.passTime(1000);
  await Promise.all([
    update(arn("churn/1"), { ModelApprovalStatus: "Approved", ApprovalDescription: "good" }),
    update(arn("churn/1"), { ModelApprovalStatus: "Rejected" }),
    update(arn("churn/1"), { CustomerMetadataProperties: { team: "a" } }),
  ]);
  expect(await describe("churn/1")).toMatchObject({
    ModelApprovalStatus: expect.stringMatching(/^(Approved|Rejected)$/),
    ApprovalDescription: "good",
    CustomerMetadataProperties: { team: "a" },
    LastModifiedTime: new Date(testTime + 1000),
    LastModifiedBy: { IamIdentity: { Arn: context.caller.arn } },
  });
  const told = await events();
  expect(told.map(({ type }) => type)).toEqual(Array(4).fill("SageMaker Model Package State Change"));
  expect(told[0]!.detail).toMatchObject({
    ModelPackageGroupName: "Churn",
    ModelPackageVersion: 1,
    ModelPackageArn: arn("churn/1"),
    ModelApprovalStatus: "PendingManualApproval",
    CreationTime: "2026-01-01T00:00:00.000Z",
  });
  const updated = told.slice(1).map(({ detail }) => (detail as Record<string, unknown>).UpdatedModelPackageFields);
  expect(updated).toContainEqual(["ModelApprovalStatus", "ApprovalDescription"]);
  expect(updated).toContainEqual(["ModelApprovalStatus"]);
  expect(updated).toContainEqual(["CustomerMetadataProperties"]);
});

it("lists by group, type, approval, name and time, in either order", async () => {
  await createGroup("other-1");
  for (let version = 0; version < 11; version++) {
    await create({ ModelApprovalStatus: version % 2 === 0 ? "Approved" : undefined });
    context.passTime(1000);
  }
  await create({ ModelPackageGroupName: "other-1" });
  await create({ ...alone, ModelPackageGroupName: undefined });
  const inGroup = (more: object) => list({ ModelPackageGroupName: "Churn", ...more });
  const all = Array.from({ length: 11 }, (_, index) => `churn/${index + 1}`);

  expect(await inGroup({})).toEqual(all);
  expect(await inGroup({ ModelPackageType: "Versioned", SortOrder: "Descending" })).toEqual(all.toReversed());
  expect(await inGroup({ ModelPackageType: "Unversioned" })).toEqual([]);
  expect(await inGroup({ ModelApprovalStatus: "Approved", MaxResults: 2 })).toEqual(["churn/1", "churn/3"]);
  expect(await inGroup({ SortBy: "Name" })).toEqual(all);
  expect(await inGroup({ CreationTimeAfter: new Date(testTime + 8000) })).toEqual(["churn/10", "churn/11"]);
  expect(await inGroup({ NameContains: "1" })).toEqual([]);
  expect(await list()).toEqual(["alone"]);
  expect(await list({ ModelPackageType: "Versioned", NameContains: "OTHER" })).toEqual(["other-1/1"]);
  expect(await list({ ModelPackageType: "Both", SortBy: "Name" })).toEqual(["alone", ...all, "other-1/1"]);
  const byArn = "arn:aws:sagemaker:us-west-2:123456789012:model-package-group/churn";
  expect(await list({ ModelPackageGroupName: byArn })).toEqual(all);
  await expect(list({ ModelPackageGroupName: "nowhere" })).rejects.toThrow("nowhere does not exist.");
  await expect(list({ ModelPackageGroupName: byArn.replace("123456789012", "000000000001") })).rejects.toThrow(
    "does not exist.",
  );
});

it("an unversioned package has tags and no approval", async () => {
  const Tags = [{ Key: "team", Value: "a" }];
  await create({ ...alone, ModelPackageGroupName: undefined, Tags, ModelApprovalStatus: "PendingManualApproval" });
  const described = await describe("alone");
  expect(described).toMatchObject({ ModelPackageName: "Alone", ModelPackageArn: arn("alone") });
  expect(described.ModelApprovalStatus ?? described.ModelPackageVersion).toBeUndefined();
  expect(await context.call("sagemaker", "ListTags", { ResourceArn: arn("alone") })).toMatchObject({ Tags });
  await expect(update(arn("alone"), { ModelApprovalStatus: "Approved" })).rejects.toThrow("does not apply");
  await update(arn("alone"), { CustomerMetadataProperties: { a: "1" } });
  await expect(create({ ...alone, ModelPackageGroupName: undefined })).rejects.toThrow("ModelPackage already exists");

  await create();
  const tag = context.call("sagemaker", "AddTags", { ResourceArn: arn("churn/1"), Tags });
  await expect(tag).rejects.toThrow("cannot have tags; only model-package/{ModelPackageName} can.");
});

const nameless = { ModelPackageGroupName: undefined };
it.each([
  [{ ModelPackageName: "both" }, "Both ModelPackageName and ModelPackageGroupName are provided"],
  [nameless, "Missing ARN."],
  [{ Tags: [{ Key: "a", Value: "" }] }, "Tags are not supported in Model Package versions."],
  [
    { ValidationSpecification: { ValidationRole: "r", ValidationProfiles: [] } },
    "ValidationSpecification is not built",
  ],
  [{ SecurityConfig: { KmsKeyId: "k" } }, "SecurityConfig is not built"],
  [{ ManagedStorageType: "Restricted" }, "ManagedStorageType is not built"],
  [{ CertifyForMarketplace: true }, "CertifyForMarketplace is not built"],
  [{ SourceUri: "s3://bucket/model" }, "InferenceSpecification and SourceUri are both given"],
  [{ SourceUri: arn("churn/1"), InferenceSpecification: undefined }, "is not built"],
  [{ ModelCard: { ModelCardContent: "[1]" } }, "must be a JSON object"],
  [
    { InferenceSpecification: { Containers: [{ AdditionalS3DataSource: {} }] } },
    "AdditionalS3DataSource is not allowed in InferenceSpecification",
  ],
  [
    {
      AdditionalInferenceSpecifications: [
        { Name: "a", Containers: [] },
        { Name: "a", Containers: [{}] },
      ],
    },
    "names must differ",
  ],
  [{ ...alone, ...nameless, InferenceSpecification: undefined }, "InferenceSpecification is required"],
  [{ ...alone, ...nameless, InferenceSpecification: specification() }, "SupportedTransformInstanceTypes is required"],
  [
    {
      ...alone,
      ...nameless,
      InferenceSpecification: { ...alone.InferenceSpecification, Containers: [{ Environment: { A: "1" } }] },
    },
    "Environment variable map cannot be specified when using non-versioned ModelPackages",
  ],
  [{ ...alone, ...nameless, SourceUri: "s3://b/m" }, "are both given"],
  [{ ...alone, ...nameless, ModelApprovalStatus: "Approved" }, "does not apply to an unversioned model package"],
])("refuses a package %#", async (more, reason) => {
  await expect(create(more)).rejects.toThrow(reason);
  expect(await list({ ModelPackageType: "Both" })).toEqual([]);
});

it.each(["churn/2", "nowhere/1", "churn", arn("churn/2"), arn("churn/x"), arn("churn/1").replace("-package", "")])(
  "says of %s that it does not exist",
  async (name) => {
    await create();
    await expect(describe(name)).rejects.toThrow(
      /^Could not find model package: ModelPackage arn:aws:sagemaker:us-west-2:123456789012:\S+ does not exist\.$/,
    );
    await expect(remove(name)).rejects.toThrow("Could not find model package");
    if (name.startsWith("arn:")) await expect(update(name, { SourceUri: "s3://b/m" })).rejects.toThrow(name);
  },
);

it("metadata and additional specifications are added up to their limits; the same again changes nothing", async () => {
  await create({
    CustomerMetadataProperties: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, "v"])),
  });
  const more = { CustomerMetadataProperties: { more: "1" } };
  await expect(update(arn("churn/1"), more)).rejects.toThrow("51 customer metadata properties; it may have at most 50");
  await update(arn("churn/1"), { ...more, CustomerMetadataPropertiesToRemove: ["k0", "none"] });
  const { CustomerMetadataProperties } = await describe("churn/1");
  expect(Object.keys(CustomerMetadataProperties!)).toHaveLength(50);

  const named = (Name: string) => ({ Name, Containers: [{ Image: Name }] });
  const add = (...AdditionalInferenceSpecificationsToAdd: object[]) =>
    update(arn("churn/1"), { AdditionalInferenceSpecificationsToAdd });
  await add(named("a"));
  await add(named("a"), named("b"));
  await expect(add({ Name: "a", Containers: [] })).rejects.toThrow('named "a" exists');
  await expect(add(...Array.from({ length: 14 }, (_, i) => named(`n${i}`)))).rejects.toThrow("it may have at most 15");
  expect((await describe("churn/1")).AdditionalInferenceSpecifications).toEqual([named("a"), named("b")]);
});

it("a model card is reduced to its metadata when no more is asked for", async () => {
  const card = {
    intended_uses: { risk_rating: "Low", purpose: "secret" },
    model_overview: { model_name: "m" },
    more: 1,
  };
  await create({ ModelCard: { ModelCardContent: JSON.stringify(card), ModelCardStatus: "Draft" } });
  const content = async (IncludedData?: string) =>
    JSON.parse((await describe("churn/1", { IncludedData })).ModelCard!.ModelCardContent!);
  await update(arn("churn/1"), { ModelCard: { ModelCardStatus: "Approved" } });
  expect((await describe("churn/1")).ModelCard!.ModelCardStatus).toBe("Approved");
  expect(await content()).toEqual(card);
  expect(await content("MetadataOnly")).toEqual({
    intended_uses: { risk_rating: "Low" },
    model_overview: { model_name: "m" },
  });
});

it("describes many at once, and says of each that it cannot why", async () => {
  await create();
  await create({ ...alone, ModelPackageGroupName: undefined });
  const theirs = arn("churn/1").replace(context.account, "999999999999");
  const elsewhere = arn("churn/1").replace(context.region, "eu-west-1");
  const foreign = context.at({ account: "999999999999" });
  await foreign.call("sagemaker", "CreateModelPackageGroup", { ModelPackageGroupName: "Churn" });
  await foreign.call("sagemaker", "CreateModelPackage", { ModelPackageGroupName: "Churn" });
  const described = await context.call("sagemaker", "BatchDescribeModelPackage", {
    ModelPackageArnList: [arn("churn/1"), arn("churn/2"), arn("alone"), theirs, elsewhere, arn("a/b/c")],
  });
  expect(described.ModelPackageSummaries).toEqual({
    [arn("churn/1")]: expect.objectContaining({ ModelPackageVersion: 1, InferenceSpecification: specification() }),
  });
  expect(described.BatchDescribeModelPackageErrorMap).toEqual({
    [arn("churn/2")]: { ErrorCode: "ValidationException", ErrorResponse: expect.stringContaining("does not exist.") },
    [arn("alone")]: { ErrorCode: "ValidationException", ErrorResponse: expect.stringContaining("is not a version") },
    [theirs]: { ErrorCode: "AccessDeniedException", ErrorResponse: expect.stringContaining("resource-based policy") },
    [elsewhere]: { ErrorCode: "ValidationException", ErrorResponse: expect.stringContaining("does not exist.") },
    [arn("a/b/c")]: { ErrorCode: "ValidationException", ErrorResponse: expect.stringContaining("does not exist.") },
  });
});

it("groups are listed, and none is shared by another account", async () => {
  await createGroup("b");
  const groups = async (input: object) =>
    (await context.call("sagemaker", "ListModelPackageGroups", input)).ModelPackageGroupSummaryList.map(
      ({ ModelPackageGroupName }) => ModelPackageGroupName,
    );
  expect(await groups({})).toEqual(["Churn", "b"]);
  expect(await groups({ NameContains: "CHU", CrossAccountFilterOption: "SameAccount" })).toEqual(["Churn"]);
  expect(await groups({ CrossAccountFilterOption: "CrossAccount" })).toEqual([]);
  await expect(createGroup("churn")).rejects.toThrow("already exists");
  await expect(
    context.call("sagemaker", "CreateModelPackageGroup", {
      ModelPackageGroupName: "c",
      ManagedConfiguration: { ManagedStorageType: "Restricted" },
    }),
  ).rejects.toThrow("ManagedConfiguration is not built");
});
