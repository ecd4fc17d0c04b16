import { beforeEach, expect, test } from "vitest";
import { createGlueContext, type GlueContext, makeTable } from "./glue.fixture.ts";

let context: GlueContext;
const named = { DatabaseName: "db", TableName: "t" };
beforeEach(async () => {
  context = createGlueContext();
  await makeTable(context, ["day string", "hour int"]);
});

test("partition indexes are kept, up to three, of partition keys", async () => {
  const add = (IndexName: string, Keys: string[]) =>
    context.call("glue", "CreatePartitionIndex", { ...named, PartitionIndex: { IndexName, Keys } });
  const list = async () =>
    (await context.call("glue", "GetPartitionIndexes", named)).PartitionIndexDescriptorList?.map(
      ({ IndexName, IndexStatus, Keys }) =>
        `${IndexName} ${IndexStatus} ${Keys.map(({ Name, Type }) => `${Name} ${Type}`)}`,
    );
  await add("by-hour", ["hour", "day"]);
  await expect(add("BY-hour", ["day"])).rejects.toMatchObject({ code: "AlreadyExistsException" });
  await expect(add("x", ["id"])).rejects.toThrow("names id, which is no partition key; these are: day, hour");
  await add("b", ["day"]);
  await add("c", ["hour"]);
  await expect(add("d", ["day"])).rejects.toMatchObject({ code: "InvalidInputException" });
  await context.call("glue", "DeletePartitionIndex", { ...named, IndexName: "b" });
  await expect(context.call("glue", "DeletePartitionIndex", { ...named, IndexName: "b" })).rejects.toMatchObject({
    code: "EntityNotFoundException",
  });
  expect(await list()).toEqual(["by-hour ACTIVE hour int,day string", "c ACTIVE hour int"]);
});

test("statistics of columns come back as they were given, of a table and of a partition", async () => {
  const AnalyzedTime = new Date(1_700_000_000_000);
  const statistics = (ColumnName: string) => ({
    ...{ ColumnName, ColumnType: "decimal", AnalyzedTime },
    StatisticsData: {
      Type: "DECIMAL" as const,
      DecimalColumnStatisticsData: {
        ...{ NumberOfNulls: 1, NumberOfDistinctValues: 2 },
        MinimumValue: { Scale: 2, UnscaledValue: Uint8Array.from([1, 255]) },
      },
    },
  });
  const wrong = { ...statistics("hour"), StatisticsData: { Type: "LONG" as const } };
  const update = await context.call("glue", "UpdateColumnStatisticsForTable", {
    ...{ ...named, ColumnStatisticsList: [statistics("Day"), statistics("none"), wrong] },
  });
  expect(update.Errors?.map((one) => one.Error?.ErrorCode)).toEqual([
    "EntityNotFoundException",
    "InvalidInputException",
  ]);
  const ofTable = await context.call("glue", "GetColumnStatisticsForTable", { ...named, ColumnNames: ["day", "hour"] });
  expect(ofTable.ColumnStatisticsList).toEqual([statistics("Day")]);
  expect(ofTable.Errors).toMatchObject([{ ColumnName: "hour", Error: { ErrorCode: "EntityNotFoundException" } }]);

  const PartitionValues = ["d", "1"];
  await context.call("glue", "CreatePartition", { ...named, PartitionInput: { Values: PartitionValues } });
  const part = { ...named, PartitionValues };
  await context.call("glue", "UpdateColumnStatisticsForPartition", {
    ...{ ...part, ColumnStatisticsList: [statistics("hour")] },
  });
  const ofPart = () => context.call("glue", "GetColumnStatisticsForPartition", { ...part, ColumnNames: ["hour"] });
  expect((await ofPart()).ColumnStatisticsList).toEqual([statistics("hour")]);
  await context.call("glue", "DeleteColumnStatisticsForPartition", { ...part, ColumnName: "hour" });
  expect((await ofPart()).ColumnStatisticsList).toEqual([]);
  await context.call("glue", "DeleteColumnStatisticsForTable", { ...named, ColumnName: "DAY" });
  await expect(
    context.call("glue", "DeleteColumnStatisticsForTable", { ...named, ColumnName: "day" }),
  ).rejects.toMatchObject({ code: "EntityNotFoundException" });
});

test("functions belong to their database", async () => {
  const input = (FunctionName: string) => ({ FunctionName, ClassName: "org.x.F", OwnerName: "me" });
  for (const name of ["Clean", "parse"])
    await context.call("glue", "CreateUserDefinedFunction", { DatabaseName: "db", FunctionInput: input(name) });
  await expect(
    context.call("glue", "CreateUserDefinedFunction", { DatabaseName: "db", FunctionInput: input("clean") }),
  ).rejects.toMatchObject({ code: "AlreadyExistsException" });
  const one = { DatabaseName: "db", FunctionName: "clean" };
  await context.call("glue", "UpdateUserDefinedFunction", { ...one, FunctionInput: { ClassName: "org.x.G" } });
  const { UserDefinedFunction } = await context.call("glue", "GetUserDefinedFunction", one);
  expect(UserDefinedFunction).toMatchObject({ ...one, ClassName: "org.x.G", CatalogId: context.account });
  const list = async (Pattern: string, DatabaseName?: string) =>
    (await context.call("glue", "GetUserDefinedFunctions", { DatabaseName, Pattern })).UserDefinedFunctions?.map(
      ({ FunctionName }) => FunctionName,
    );
  expect([await list("*", "db"), await list("p.*")]).toEqual([["clean", "parse"], ["parse"]]);
  await context.call("glue", "DeleteUserDefinedFunction", one);
  await context.call("glue", "DeleteDatabase", { Name: "db" });
  expect(await list("*")).toEqual([]);
});

test("connections are kept with their passwords, which are hidden where that is asked", async () => {
  const ConnectionInput = {
    ...{ Name: "Shop", ConnectionType: "JDBC" as const, MatchCriteria: ["a"] },
    ConnectionProperties: { JDBC_CONNECTION_URL: "jdbc:postgresql://h/d", USERNAME: "u", PASSWORD: "p" },
  };
  const made = await context.call("glue", "CreateConnection", { ConnectionInput, Tags: { team: "blue" } });
  expect(made).toEqual({ CreateConnectionStatus: "READY" });
  await expect(context.call("glue", "CreateConnection", { ConnectionInput })).rejects.toMatchObject({
    code: "AlreadyExistsException",
  });
  const get = async (HidePassword?: boolean) =>
    (await context.call("glue", "GetConnection", { Name: "Shop", HidePassword })).Connection!;
  expect(await get()).toMatchObject({ ...ConnectionInput, Status: "READY", LastUpdatedBy: context.caller.arn });
  expect((await get(true)).ConnectionProperties).toEqual({
    JDBC_CONNECTION_URL: "jdbc:postgresql://h/d",
    USERNAME: "u",
  });
  await context.call("glue", "UpdateConnection", {
    ...{ Name: "Shop", ConnectionInput: { ...ConnectionInput, Description: "new" } },
  });
  const list = async (Filter?: object) =>
    (await context.call("glue", "GetConnections", { Filter })).ConnectionList?.map(({ Description }) => Description);
  expect([await list(), await list({ ConnectionType: "KAFKA" }), await list({ MatchCriteria: ["a"] })]).toEqual([
    ["new"],
    [],
    ["new"],
  ]);
  const ResourceArn = `arn:aws:glue:us-west-2:${context.account}:connection/Shop`;
  await context.call("glue", "TagResource", { ResourceArn, TagsToAdd: { tier: "1" } });
  await context.call("glue", "UntagResource", { ResourceArn, TagsToRemove: ["team"] });
  expect((await context.call("glue", "GetTags", { ResourceArn })).Tags).toEqual({ tier: "1" });
  const gone = await context.call("glue", "BatchDeleteConnection", { ConnectionNameList: ["Shop", "none"] });
  expect(gone).toMatchObject({ Succeeded: ["Shop"], Errors: { none: { ErrorCode: "EntityNotFoundException" } } });
  await expect(context.call("glue", "GetTags", { ResourceArn })).rejects.toMatchObject({
    code: "EntityNotFoundException",
  });
});

test("tags are of a database and a connection whose names have a slash", async () => {
  await context.call("glue", "CreateDatabase", { DatabaseInput: { Name: "a/b" }, Tags: { team: "x" } });
  await context.call("glue", "CreateConnection", {
    ConnectionInput: { Name: "c/d:e", ConnectionType: "JDBC", ConnectionProperties: {} },
    Tags: { team: "y" },
  });
  const tagsOf = async (resource: string) =>
    (await context.call("glue", "GetTags", { ResourceArn: `arn:aws:glue:us-west-2:${context.account}:${resource}` }))
      .Tags;
  expect([await tagsOf("database/a/b"), await tagsOf("connection/c/d:e")]).toEqual([{ team: "x" }, { team: "y" }]);
});

test("tables are searched by words, properties and times", async () => {
  const make = (Name: string, of: object) =>
    context.call("glue", "CreateTable", { DatabaseName: "db", TableInput: { Name, ...of } });
  context.passTime(60_000);
  await make("customer-link", { Owner: "ann", Parameters: { classification: "parquet" } });
  await make("xxlinkyy", { Owner: "bob", StorageDescriptor: { Columns: [{ Name: "price", Comment: "in euros" }] } });
  const search = async (asked: object) =>
    (await context.call("glue", "SearchTables", asked)).TableList?.map(({ Name }) => Name);
  const filter = (Key: string, Value: string, Comparator?: string) => ({ Filters: [{ Key, Value, Comparator }] });
  expect(await search({})).toEqual(["customer-link", "t", "xxlinkyy"]);
  expect(await search(filter("Name", "link"))).toEqual(["customer-link"]);
  expect(await search(filter("classification", "parquet"))).toEqual(["customer-link"]);
  expect(await search(filter("Owner", "carl"))).toEqual([]);
  expect(await search({ SearchText: "euros price" })).toEqual(["xxlinkyy"]);
  expect(await search({ SearchText: '"t"' })).toEqual(["t"]);
  const made = new Date(context.clock.now()).toISOString();
  expect(await search(filter("UpdateTime", made, "LESS_THAN"))).toEqual(["t"]);
  expect(await search({ SortCriteria: [{ FieldName: "Name", Sort: "DESC" }] })).toEqual([
    "xxlinkyy",
    "t",
    "customer-link",
  ]);
  const first = await context.call("glue", "SearchTables", { MaxResults: 2 });
  expect(await search({ NextToken: first.NextToken })).toEqual(["xxlinkyy"]);
  await expect(search(filter("UpdateTime", "soon"))).rejects.toMatchObject({ code: "InvalidInputException" });
});
