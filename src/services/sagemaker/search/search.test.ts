import { beforeEach, describe, expect, it } from "vitest";
import { loadKind } from "../../../frame/define-kind.ts";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { followers } from "../../followers.gen.ts";
import { kinds } from "../../kinds.gen.ts";
import { tags } from "../tags.ts";
import { trainingJob } from "../training/training-job.ts";
import { search } from "./search.ts";
import { searchFollower } from "./search-follower.ts";

type SearchInput = InputOf<typeof import("@aws-sdk/client-sagemaker"), "Search">;
type SearchExpression = NonNullable<SearchInput["SearchExpression"]>;

/** The kind of training jobs without what is checked when one is made, and without runs. */
const jobs = {
  ...trainingJob,
  operations: {},
  describe(...of: Parameters<NonNullable<typeof trainingJob.describe>>) {
    if (undescribed.has(of[0].key.name)) throw new Error("its image is gone");
    return trainingJob.describe!(...of);
  },
};
/** Names of jobs that cannot be described now. */
const undescribed = new Set<string>();

let context: TestContext;
beforeEach(() => {
  context = createTestContext({ units: [jobs, tags, search], images: { find: () => undefined } as never });
});

interface Made {
  readonly status?: string;
  readonly hyperparameters?: Readonly<Record<string, string>>;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly channels?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Writes a job as it would be at its end. Each is an hour younger than the one before. */
async function make(name: string, made: Made = {}, at: TestContext = context): Promise<void> {
  context.passTime(3_600_000);
  const time = context.clock.now();
  const wanted = {
    TrainingJobName: name,
    HyperParameters: made.hyperparameters,
    AlgorithmSpecification: { TrainingImage: "image", TrainingInputMode: "File" as const },
    RoleArn: "arn:aws:iam::123456789012:role/R",
    OutputDataConfig: { S3OutputPath: "s3://b/out" },
    ResourceConfig: { InstanceType: "ml.m5.large" as const, InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
    InputDataConfig: Object.entries(made.channels ?? {}).map(([ChannelName, S3Uri]) => ({
      ChannelName,
      DataSource: { S3DataSource: { S3DataType: "S3Prefix" as const, S3Uri } },
    })),
    Tags: Object.entries(made.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
  };
  const finalMetrics = Object.entries(made.metrics ?? {}).map(([metric, value]) => ({ name: metric, value, time }));
  const actual = {
    transitions: [{ Status: "Completed", StartTime: time, StatusMessage: "" }],
    lostAttempts: 0,
    told: {},
    finalMetrics,
  };
  const key = jobs.key(at, { TrainingJobName: name })!;
  const status = made.status ?? "Completed";
  const document = { key, id: context.ids.ulid(), status, created: time, modified: time, wanted, actual };
  await at.resources.write([await jobs.put(at, document as never)]);
}

const find = (input: Partial<SearchInput>, at: TestContext = context) =>
  at.call("sagemaker", "Search", { Resource: "TrainingJob", SortOrder: "Ascending", ...input });
const namesOf = async (SearchExpression: SearchExpression, at?: TestContext) =>
  (await find({ SearchExpression }, at)).Results!.map(({ TrainingJob }) => TrainingJob!.TrainingJobName);
const filter = (Name: string, Operator?: string, Value?: string) => ({ Filters: [{ Name, Operator, Value } as never] });

describe("Search finds training jobs", () => {
  beforeEach(async () => {
    await make("one", {
      hyperparameters: { eta: "0.1", depth: "3", kernel: '"rbf"' },
      metrics: { "valid:auc": 0.91 },
      channels: { train: "s3://b/cats/a", test: "s3://b/dogs/b" },
      tags: { Project: "Churn" },
    });
    await make("two", {
      status: "Failed",
      hyperparameters: { eta: "0.75", depth: "10" },
      metrics: { "valid:auc": 0.72 },
      channels: { train: "s3://b/dogs/a", test: "s3://b/cats/b" },
      tags: { Project: "Fraud", owner: "blue" },
    });
    await make("three", { status: "InProgress" });
  });

  it.each<[string, SearchExpression, readonly string[]]>([
    ["by name", filter("TrainingJobName", "Equals", "two"), ["two"]],
    ["without an operator as equal", filter("TrainingJobStatus", undefined, "Failed"), ["two"]],
    ["that are not", filter("TrainingJobStatus", "NotEquals", "Failed"), ["one", "three"]],
    ["by a part of a name", filter("TrainingJobName", "Contains", "o"), ["one", "two"]],
    ["by one of several", filter("TrainingJobStatus", "In", "Failed,InProgress"), ["two", "three"]],
    ["by a hyperparameter as text", filter("HyperParameters.kernel", "Equals", '"rbf"'), ["one"]],
    ["by a decimal hyperparameter", filter("HyperParameters.eta", "LessThan", "0.5"), ["one"]],
    ["by a decimal one with a whole number, as whole", filter("HyperParameters.eta", "Equals", "0"), ["one", "two"]],
    ["by numbers and not by their texts", filter("HyperParameters.depth", "GreaterThan", "3"), ["two"]],
    ["by a metric", filter("Metrics.valid:auc", "GreaterThanOrEqualTo", "0.9"), ["one"]],
    ["by a tag", filter("Tags.Project", "Equals", "Fraud"), ["two"]],
    ["that have a tag", filter("Tags.owner", "Exists"), ["two"]],
    ["that lack one", filter("Tags.owner", "NotExists"), ["one", "three"]],
    ["by the keys of tags", filter("Tags.Key", "Equals", "owner"), ["two"]],
    ["by a nested name", filter("ResourceConfig.InstanceType", "Equals", "ml.m5.large"), ["one", "two", "three"]],
    ["by a number", filter("StoppingCondition.MaxRuntimeInSeconds", "Equals", "60"), ["one", "two", "three"]],
    ["by a truth", filter("EnableNetworkIsolation", "Equals", "false"), ["one", "two", "three"]],
    ["by a time", filter("CreationTime", "LessThan", "2026-01-01T01:30:00"), ["one"]],
    ["by a time with a zone", filter("CreationTime", "GreaterThan", "2026-01-01T04:30:00+02:00"), ["three"]],
    ["that have a structure", filter("InputDataConfig", "Exists"), ["one", "two"]],
    [
      "by one channel that has both",
      {
        NestedFilters: [
          {
            NestedPropertyName: "InputDataConfig",
            Filters: [
              { Name: "InputDataConfig.ChannelName", Operator: "Equals", Value: "train" },
              { Name: "InputDataConfig.DataSource.S3DataSource.S3Uri", Operator: "Contains", Value: "cats" },
            ],
          },
        ],
      },
      ["one"],
    ],
    [
      "by either",
      {
        Operator: "Or",
        Filters: [...filter("Tags.owner", "Exists").Filters, ...filter("TrainingJobName", "Equals", "three").Filters],
      },
      ["two", "three"],
    ],
    [
      "by expressions in expressions",
      {
        SubExpressions: [
          {
            Operator: "Or",
            SubExpressions: [
              filter("Tags.Project", "Equals", "Churn"),
              filter("TrainingJobStatus", "Equals", "InProgress"),
            ],
          },
          filter("HyperParameters.eta", "Exists"),
        ],
      },
      ["one"],
    ],
  ])("%s", async (_, expression, names) => {
    expect(await namesOf(expression)).toEqual(names);
  });

  it("shows what Describe shows, with the tags", async () => {
    const { Results, TotalHits } = await find({ SearchExpression: filter("TrainingJobName", "Equals", "one") });
    expect(TotalHits).toEqual({ Value: 1, Relation: "EqualTo" });
    expect(Results![0]!.TrainingJob).toMatchObject({
      TrainingJobName: "one",
      TrainingJobArn: "arn:aws:sagemaker:us-west-2:123456789012:training-job/one",
      CreationTime: new Date(testTime + 3_600_000),
      FinalMetricDataList: [{ MetricName: "valid:auc", Value: 0.91 }],
      Tags: [{ Key: "Project", Value: "Churn" }],
    });
    // Describe has it, and the results of Search have not.
    expect(Results![0]!.TrainingJob).not.toHaveProperty("ProfilingStatus");
  });

  it("the last changed first, or in the order that is asked for, a page at a time", async () => {
    const names = async (input: Partial<SearchInput>) =>
      (await find(input)).Results!.map(({ TrainingJob }) => TrainingJob!.TrainingJobName);
    expect(await names({ SortOrder: undefined })).toEqual(["three", "two", "one"]);
    expect(await names({ SortBy: "Metrics.valid:auc" })).toEqual(["two", "one", "three"]);
    expect(await names({ SortBy: "HyperParameters.depth", SortOrder: "Descending" })).toEqual(["two", "one", "three"]);
    const first = await find({ SortBy: "TrainingJobName", MaxResults: 2 });
    expect(first.Results!.map(({ TrainingJob }) => TrainingJob!.TrainingJobName)).toEqual(["one", "three"]);
    expect(first.TotalHits!.Value).toBe(3);
    const { Results, NextToken } = await find({ SortBy: "TrainingJobName", MaxResults: 2, NextToken: first.NextToken });
    expect(Results!.map(({ TrainingJob }) => TrainingJob!.TrainingJobName)).toEqual(["two"]);
    expect(NextToken).toBeUndefined();
    await expect(find({ NextToken: "else" })).rejects.toThrow(/Invalid pagination token/);
  });

  it("that have the tags of the visibility conditions, whatever else is asked", async () => {
    const VisibilityConditions = [{ Key: "Tags.Project", Value: "Churn" }];
    expect((await find({ VisibilityConditions })).TotalHits!.Value).toBe(1);
    const SearchExpression = { Operator: "Or" as const, ...filter("TrainingJobStatus", "Equals", "Failed") };
    expect((await find({ VisibilityConditions, SearchExpression })).Results).toEqual([]);
    await expect(find({ VisibilityConditions: [{ Key: "Project", Value: "x" }] })).rejects.toThrow(/Tags\.<key>/);
  });

  it("as they are now: new, changed, tagged, deleted, made again", async () => {
    const failed = filter("TrainingJobStatus", "Equals", "Failed");
    expect(await namesOf(failed)).toEqual(["two"]);
    await make("four", { status: "Failed" });
    await jobs.update(context, "one", () => ({ status: "Failed" }));
    expect(await namesOf(failed)).toEqual(["two", "one", "four"]);
    const ResourceArn = "arn:aws:sagemaker:us-west-2:123456789012:training-job/four";
    await context.call("sagemaker", "AddTags", { ResourceArn, Tags: [{ Key: "late", Value: "yes" }] });
    expect(await namesOf(filter("Tags.late", "Equals", "yes"))).toEqual(["four"]);
    const { key, version } = await jobs.get(context, "four");
    await context.resources.write([{ delete: key, expected: version }]);
    expect(await namesOf(failed)).toEqual(["two", "one"]);
    await make("four");
    expect(await namesOf(filter("TrainingJobName", "Equals", "four"))).toEqual(["four"]);
    expect(await namesOf(filter("Tags.late", "Exists"))).toEqual([]);
  });

  it("without the follower's work being left to the next search", async () => {
    await namesOf(filter("TrainingJobName", "Exists"));
    await make("four");
    const key = jobs.key(context, { TrainingJobName: "four" })!;
    const indexed = () => {
      const where = { path: "TrainingJobName", test: { is: "equal", text: "four" } } as const;
      return context.searchIndex.find(key, { where, sort: { path: "x", descending: false }, limit: 1 }).total;
    };
    expect(indexed()).toBe(0);
    const [entry] = (await context.resources.changes(0, 1000)).slice(-1);
    await searchFollower.handle(entry!, context);
    await searchFollower.handle(entry!, context);
    expect(indexed()).toBe(1);
  });

  it("of the caller's account and region only", async () => {
    const other = context.at({ account: "210987654321" });
    await make("foreign", {}, other);
    await make("afar", {}, context.at({ region: "eu-west-1" }));
    expect(await namesOf(filter("TrainingJobName", "Exists"), other)).toEqual(["foreign"]);
    expect(await namesOf(filter("TrainingJobName", "Exists"))).toEqual(["one", "two", "three"]);
  });

  it("also where one of them cannot be described, and that one as soon as it can", async () => {
    const all = filter("TrainingJobName", "Exists");
    undescribed.add("two");
    expect(await namesOf(all)).toEqual(["one", "three"]);
    await make("four");
    undescribed.add("four");
    expect(await namesOf(all)).toEqual(["one", "three"]);
    undescribed.clear();
    expect(await namesOf(all)).toEqual(["one", "two", "three", "four"]);
    // It is found, and then cannot be shown.
    undescribed.add("one");
    expect(await namesOf(all)).toEqual(["two", "three", "four"]);
    undescribed.clear();
    expect(await namesOf(all)).toEqual(["one", "two", "three", "four"]);
  });

  it("after the index was lost", async () => {
    expect(await namesOf(filter("Tags.owner", "Exists"))).toEqual(["two"]);
    await context.searchIndex.clear();
    expect(await namesOf(filter("Tags.owner", "Exists"))).toEqual(["two"]);
  });

  it("and suggests the names of properties, those that users choose as far as there are some", async () => {
    const suggest = async (PropertyNameHint?: string) =>
      (
        await context.call("sagemaker", "GetSearchSuggestions", {
          Resource: "TrainingJob",
          SuggestionQuery: PropertyNameHint === undefined ? undefined : { PropertyNameQuery: { PropertyNameHint } },
        })
      ).PropertyNameSuggestions!.map(({ PropertyName }) => PropertyName);
    expect(await suggest("HyperParameters.")).toEqual([
      "HyperParameters.depth",
      "HyperParameters.eta",
      "HyperParameters.kernel",
    ]);
    expect(await suggest("Tags.P")).toEqual(["Tags.Project"]);
    expect(await suggest("Metr")).toEqual(["Metrics.valid:auc"]);
    expect(await suggest("TrainingJobS")).toEqual(["TrainingJobStatus"]);
    expect(await suggest()).toContain("TrainingJobName");
  });
});

it("every kind that is searched describes its documents, and is followed", async () => {
  const searched = kinds.filter(({ search }) => search !== undefined);
  for (const entry of searched) expect(await loadKind(entry), entry.kind).toHaveProperty("describe");
  const followed = followers.find(({ name }) => name === searchFollower.name)!.kinds;
  expect(followed).toEqual(searched.map(({ service, kind }) => `${service}/${kind}`));
});

describe("Search refuses", () => {
  it.each<[string, SearchExpression, RegExp]>([
    ["a property that is none", filter("TrainingJobNam", "Equals", "x"), /^Unknown property name: TrainingJobNam\./],
    [
      "a text that is compared by size",
      filter("TrainingJobName", "GreaterThan", "x"),
      /GreaterThan is not supported for the text/,
    ],
    [
      "a hyperparameter that is compared with a word",
      filter("HyperParameters.eta", "LessThan", "x"),
      /LessThan is not supported/,
    ],
    [
      "a part of a number",
      filter("TrainingTimeInSeconds", "Contains", "1"),
      /Contains is not supported for the number/,
    ],
    ["a number that is none", filter("TrainingTimeInSeconds", "LessThan", "long"), /"long" .* must be a number/],
    ["a time that is none", filter("CreationTime", "LessThan", "today"), /"today" .* must be a time/],
    ["a structure that is compared", filter("ResourceConfig", "Equals", "x"), /Equals is not supported for the nested/],
    ["an operator without its value", filter("TrainingJobName", "Equals"), /needs a value/],
    ["a value that the operator does not take", filter("TrainingJobName", "Exists", "x"), /does not take/],
    ["an empty expression", {}, /needs at least one/],
    [
      "what is no list",
      { NestedFilters: [{ NestedPropertyName: "ResourceConfig", ...filter("x") }] },
      /no nested properties/,
    ],
    [
      "a nested filter on something else",
      { NestedFilters: [{ NestedPropertyName: "InputDataConfig", ...filter("TrainingJobName", "Exists") }] },
      /must begin with InputDataConfig/,
    ],
    [
      "Contains twice",
      { SubExpressions: [filter("TrainingJobName", "Contains", "a"), filter("RoleArn", "Contains", "b")] },
      /^'CONTAINS' operator usage limit of 1 exceeded\.$/,
    ],
    [
      "more than fifty parts",
      { SubExpressions: Array.from({ length: 26 }, () => filter("TrainingJobName", "Exists")) },
      /has 52 .* at most 50/,
    ],
  ])("%s", async (_, SearchExpression, message) => {
    await expect(find({ SearchExpression })).rejects.toMatchObject({
      code: "ValidationException",
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, Partial<SearchInput>, RegExp]>([
    ["an order by no property", { SortBy: "Colour" }, /^Unknown property name: Colour/],
    ["what other accounts share", { CrossAccountFilterOption: "CrossAccount" }, /CrossAccount is not built/],
    ["what is not searched here", { Resource: "Pipeline" }, /^Search for Pipeline is not built/],
  ])("%s", async (_, input, message) => {
    await expect(find(input)).rejects.toThrow(message);
  });
});
