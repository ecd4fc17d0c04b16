import { beforeEach, describe, expect, test } from "vitest";
import type { TestContext } from "../../../server/request/test-context.ts";
import { createFeatureContext, groupInput, makeBucket, makeGroup, reconcileGroup } from "./feature-group.fixture.ts";

let context: TestContext;
beforeEach(() => {
  context = createFeatureContext();
});

const create = (more: object) => context.call("sagemaker", "CreateFeatureGroup", { ...groupInput, ...more } as never);
const update = (more: object) =>
  context.call("sagemaker", "UpdateFeatureGroup", { FeatureGroupName: "clicks", ...more } as never);
const describeGroup = () => context.call("sagemaker", "DescribeFeatureGroup", { FeatureGroupName: "clicks" });
const [id, time] = groupInput.FeatureDefinitions;
const inMemory = { OnlineStoreConfig: { EnableOnlineStore: true, StorageType: "InMemory" } };
const vector = {
  ...{ FeatureName: "v", FeatureType: "Fractional", CollectionType: "Vector" },
  CollectionConfig: { VectorConfig: { Dimension: 2 } },
};

test("is Creating, then Created, and named by the second in which it was made", async () => {
  await makeBucket(context);
  context.setTime(Date.parse("2026-01-02T03:04:05.600Z"));
  await create({ FeatureGroupName: "Clicks-All" });
  const named = { FeatureGroupName: "Clicks-All" };
  expect(await context.call("sagemaker", "DescribeFeatureGroup", named)).toMatchObject({
    FeatureGroupStatus: "Creating",
  });
  await reconcileGroup(context, "Clicks-All");
  expect(await context.call("sagemaker", "DescribeFeatureGroup", named)).toMatchObject({
    FeatureGroupStatus: "Created",
    OfflineStoreStatus: { Status: "Active" },
    ThroughputConfig: { ThroughputMode: "OnDemand" },
    NextToken: "",
    OfflineStoreConfig: {
      S3StorageConfig: {
        S3Uri: "s3://bucket/features",
        ResolvedOutputS3Uri:
          "s3://bucket/features/123456789012/sagemaker/us-west-2/offline-store/Clicks-All-1767323045/data",
      },
      DataCatalogConfig: {
        ...{ Catalog: "AwsDataCatalog", Database: "sagemaker_featurestore" },
        TableName: "clicks_all_1767323045",
      },
    },
  });
  const contexts = await context.call("sagemaker", "ListContexts", { SortBy: "Name", SortOrder: "Ascending" });
  expect(contexts.ContextSummaries?.map(({ ContextName, ContextType }) => [ContextName, ContextType])).toEqual([
    ["Clicks-All-1767323045-feature-group-pipeline", "FeatureGroupPipeline"],
    ["Clicks-All-1767323045-feature-group-pipeline-version", "FeatureGroupPipelineVersion"],
  ]);
});

test.each([
  ["no store", { OnlineStoreConfig: undefined, OfflineStoreConfig: undefined }, /needs a store/],
  ["a role that is missing", { RoleArn: undefined }, /RoleArn is required/],
  ["an identifier that is not defined", { RecordIdentifierFeatureName: "no" }, /no is not among FeatureDefinitions/],
  ["an event time that is whole", { EventTimeFeatureName: "id", RecordIdentifierFeatureName: "text" }, /Integral/],
  [
    "a reserved name",
    { FeatureDefinitions: [id, time, { FeatureName: "Is_Deleted", FeatureType: "String" }] },
    /reserved/,
  ],
  [
    "the name of a partition",
    { FeatureDefinitions: [id, time, { FeatureName: "Year", FeatureType: "String" }] },
    /Year is that of a partition/,
  ],
  ["a name twice", { FeatureDefinitions: [id, time, { FeatureName: "ID", FeatureType: "String" }] }, /defined twice/],
  ["a collection in a Standard store", { FeatureDefinitions: [id, time, vector] }, /StorageType InMemory/],
  [
    "a vector of texts",
    { ...inMemory, FeatureDefinitions: [id, time, { ...vector, FeatureType: "String" }] },
    /vectors/,
  ],
  [
    "a vector without its dimension",
    { ...inMemory, FeatureDefinitions: [id, time, { ...vector, CollectionConfig: undefined }] },
    /Dimension, from 1 to 8192/,
  ],
  ["time to live without an online store", { OnlineStoreConfig: { TtlDuration: { Unit: "Days", Value: 1 } } }, /needs/],
  ["a place that is none", { OfflineStoreConfig: { S3StorageConfig: { S3Uri: "https://x/y" } } }, /s3:\/\/BUCKET/],
  [
    "provisioned throughput in memory",
    { ...inMemory, ThroughputConfig: { ThroughputMode: "Provisioned" } },
    /InMemory/,
  ],
  [
    "capacity on demand",
    { ThroughputConfig: { ThroughputMode: "OnDemand", ProvisionedReadCapacityUnits: 1 } },
    /is for/,
  ],
  [
    "an Iceberg table of fractional times",
    {
      FeatureDefinitions: [id, { FeatureName: "time", FeatureType: "Fractional" }],
      OfflineStoreConfig: { S3StorageConfig: { S3Uri: "s3://b" }, TableFormat: "Iceberg" },
    },
    /FeatureType String/,
  ],
])("%s is refused", async (_what, more, words) => {
  await expect(create(more)).rejects.toMatchObject({
    code: "ValidationException",
    message: expect.stringMatching(words),
  });
});

describe("an update", () => {
  beforeEach(() => makeGroup(context).then(() => undefined));

  test("adds features and never takes one away or changes it", async () => {
    await update({ FeatureAdditions: [{ FeatureName: "more", FeatureType: "Integral" }] });
    const { FeatureDefinitions, LastUpdateStatus } = await describeGroup();
    expect(FeatureDefinitions?.map(({ FeatureName }) => FeatureName)).toEqual(["id", "time", "text", "ratio", "more"]);
    expect(LastUpdateStatus).toEqual({ Status: "Successful" });
    await expect(update({ FeatureAdditions: [{ FeatureName: "text", FeatureType: "Integral" }] })).rejects.toThrow(
      /neither changed nor removed/,
    );
    await expect(update({})).rejects.toThrow(/nothing to update/);
  });

  test("goes from Standard to Standard_V2 and not back", async () => {
    await update({ OnlineStoreConfig: { StorageType: "Standard_V2", TtlDuration: { Unit: "Days", Value: 2 } } });
    expect((await describeGroup()).OnlineStoreConfig).toEqual({
      ...{ EnableOnlineStore: true, StorageType: "Standard_V2" },
      TtlDuration: { Unit: "Days", Value: 2 },
    });
    await expect(update({ OnlineStoreConfig: { StorageType: "Standard" } })).rejects.toThrow(/cannot become Standard/);
  });

  test("to throughput on demand is once in 24 hours", async () => {
    const provisioned = {
      ...{ ThroughputMode: "Provisioned", ProvisionedReadCapacityUnits: 5, ProvisionedWriteCapacityUnits: 5 },
    };
    await update({ ThroughputConfig: provisioned });
    expect((await describeGroup()).ThroughputConfig).toEqual(provisioned);
    await update({ ThroughputConfig: { ThroughputMode: "OnDemand" } });
    await update({ ThroughputConfig: provisioned });
    await expect(update({ ThroughputConfig: { ThroughputMode: "OnDemand" } })).rejects.toThrow(/once in 24 hours/);
    context.passTime(86_400_000);
    await update({ ThroughputConfig: { ThroughputMode: "OnDemand" } });
    expect((await describeGroup()).ThroughputConfig).toEqual({ ThroughputMode: "OnDemand" });
  });
});

test("a feature is described by what people say of it, and goes with its group", async () => {
  await makeGroup(context, { OfflineStoreConfig: undefined });
  const named = { FeatureGroupName: "clicks", FeatureName: "text" };
  const change = (more: object) => context.call("sagemaker", "UpdateFeatureMetadata", { ...named, ...more } as never);
  await change({
    Description: "What was said",
    ParameterAdditions: [
      { Key: "team", Value: "a" },
      { Key: "pii", Value: "no" },
    ],
  });
  await change({ ParameterAdditions: [{ Key: "team", Value: "b" }], ParameterRemovals: ["pii"] });
  expect(await context.call("sagemaker", "DescribeFeatureMetadata", named)).toMatchObject({
    ...named,
    ...{ FeatureType: "String", Description: "What was said", Parameters: [{ Key: "team", Value: "b" }] },
    FeatureGroupArn: "arn:aws:sagemaker:us-west-2:123456789012:feature-group/clicks",
  });
  await expect(change({ ParameterRemovals: ["pii"] })).rejects.toThrow(/does not have/);
  const many = Array.from({ length: 25 }, (_, n) => ({ Key: `k${n}`, Value: "v" }));
  await expect(change({ ParameterAdditions: many })).rejects.toThrow(/at most 25/);
  await context.call("sagemaker", "DeleteFeatureGroup", { FeatureGroupName: "clicks" });
  await reconcileGroup(context, "clicks");
  await expect(describeGroup()).rejects.toMatchObject({ code: "ResourceNotFound" });
  await expect(context.call("sagemaker", "DescribeFeatureMetadata", named)).rejects.toMatchObject({
    code: "ResourceNotFound",
  });
});
