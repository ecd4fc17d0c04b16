import { Glue } from "@aws-sdk/client-glue";
import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const glue = () => new Glue(server.clientOptions);

test("the SDK for JavaScript keeps databases, tables, versions and partitions", async () => {
  const client = glue();
  await client.createDatabase({ DatabaseInput: { Name: "Shop", Description: "a shop" }, Tags: { team: "blue" } });
  await client.updateDatabase({ Name: "shop", DatabaseInput: { Name: "shop", LocationUri: "s3://lake/shop/" } });
  expect((await client.getDatabase({ Name: "shop" })).Database).toMatchObject({ LocationUri: "s3://lake/shop/" });
  expect((await client.getDatabases()).DatabaseList).toHaveLength(1);

  const named = { DatabaseName: "shop", TableName: "orders" };
  const TableInput = {
    ...{ Name: "Orders", TableType: "EXTERNAL_TABLE", Parameters: { classification: "parquet" } },
    PartitionKeys: [
      { Name: "day", Type: "date" },
      { Name: "hour", Type: "int" },
    ],
    StorageDescriptor: { Columns: [{ Name: "id", Type: "bigint" }], Location: "s3://lake/shop/orders/" },
  };
  await client.createTable({ DatabaseName: "shop", TableInput });
  await client.updateTable({ DatabaseName: "shop", TableInput: { ...TableInput, Owner: "me" }, VersionId: "0" });
  await expect(client.updateTable({ DatabaseName: "shop", TableInput, VersionId: "0" })).rejects.toMatchObject({
    name: "ConcurrentModificationException",
  });
  const { Table } = await client.getTable({ DatabaseName: "shop", Name: "ORDERS" });
  expect(Table).toMatchObject({ Name: "orders", Owner: "me", VersionId: "1", Retention: 0 });
  expect(Table?.UpdateTime).toBeInstanceOf(Date);
  expect((await client.getTables({ DatabaseName: "shop", Expression: "ord.*" })).TableList).toHaveLength(1);
  expect((await client.getTableVersions(named)).TableVersions?.map(({ VersionId }) => VersionId)).toEqual(["1", "0"]);
  expect((await client.getTableVersion({ ...named, VersionId: "0" })).TableVersion?.Table).not.toHaveProperty("Owner");
  await client.deleteTableVersion({ ...named, VersionId: "0" });
  expect((await client.batchDeleteTableVersion({ ...named, VersionIds: ["0"] })).Errors).toHaveLength(1);

  const PartitionInputList = Array.from({ length: 24 }, (_, hour) => ({
    Values: ["2026-01-01", String(hour)],
    StorageDescriptor: { ...TableInput.StorageDescriptor, Location: `s3://lake/shop/orders/${hour}/` },
  }));
  expect((await client.batchCreatePartition({ ...named, PartitionInputList })).Errors).toEqual([]);
  await client.createPartition({ ...named, PartitionInput: { Values: ["2026-01-02", "0"] } });
  const { Partitions } = await client.getPartitions({ ...named, Expression: "day = '2026-01-01' and hour > 21" });
  expect(Partitions?.map(({ Values }) => Values?.[1])).toEqual(["22", "23"]);
  expect(Partitions?.[0]?.StorageDescriptor).toMatchObject({ Columns: [{ Name: "id", Type: "bigint" }] });
  const one = { ...named, PartitionValues: ["2026-01-02", "0"] };
  await client.updatePartition({
    ...{ ...named, PartitionValueList: one.PartitionValues },
    PartitionInput: { Values: one.PartitionValues, Parameters: { a: "b" } },
  });
  expect((await client.getPartition(one)).Partition).toMatchObject({ Parameters: { a: "b" } });
  const moved = await client.batchUpdatePartition({
    ...named,
    Entries: [{ PartitionValueList: one.PartitionValues, PartitionInput: { Values: ["2026-01-03", "0"] } }],
  });
  expect(moved.Errors).toEqual([]);
  const got = await client.batchGetPartition({ ...named, PartitionsToGet: [{ Values: ["2026-01-03", "0"] }] });
  expect(got.Partitions).toHaveLength(1);
  await client.deletePartition({ ...named, PartitionValues: ["2026-01-03", "0"] });
  const gone = await client.batchDeletePartition({ ...named, PartitionsToDelete: [{ Values: ["2026-01-03", "0"] }] });
  expect(gone.Errors?.[0]?.ErrorDetail?.ErrorCode).toBe("EntityNotFoundException");

  expect((await client.batchDeleteTable({ DatabaseName: "shop", TablesToDelete: ["none"] })).Errors).toHaveLength(1);
  await client.deleteTable({ DatabaseName: "shop", Name: "orders" });
  await client.deleteDatabase({ Name: "shop" });
  await expect(client.getDatabase({ Name: "shop" })).rejects.toMatchObject({
    name: "EntityNotFoundException",
    message: "Database shop not found.",
  });
});

test("boto3 pages through tables and partitions, and gets Glue's errors", async (context) => {
  const printed = await runPython(
    context,
    server,
    "v3",
    `
import boto3
glue = boto3.client("glue")
glue.create_database(DatabaseInput={"Name": "lake"})
try:
    glue.create_database(DatabaseInput={"Name": "lake"})
except glue.exceptions.AlreadyExistsException as error:
    print(error.response["Error"]["Message"])
keys = [{"Name": "year", "Type": "string"}, {"Name": "day", "Type": "int"}]
for name in ["b", "a", "c"]:
    glue.create_table(DatabaseName="lake", TableInput={"Name": name, "PartitionKeys": keys})
pages = glue.get_paginator("get_tables").paginate(DatabaseName="lake", PaginationConfig={"PageSize": 2})
print([table["Name"] for page in pages for table in page["TableList"]])
days = [{"Values": [year, str(day)]} for year in ["2025", "2026"] for day in range(1, 101)]
for at in range(0, len(days), 100):
    made = glue.batch_create_partition(DatabaseName="lake", TableName="a", PartitionInputList=days[at:at + 100])
    assert made["Errors"] == [], made
def count(**asked):
    pages = glue.get_paginator("get_partitions").paginate(DatabaseName="lake", TableName="a", **asked)
    return sum(len(page["Partitions"]) for page in pages)
print(count(), count(Expression="year = '2026' AND day BETWEEN 10 AND 19", PaginationConfig={"PageSize": 3}))
print(sum(count(Segment={"SegmentNumber": n, "TotalSegments": 4}) for n in range(4)))
try:
    glue.get_partitions(DatabaseName="lake", TableName="a", Expression="month = 1")
except glue.exceptions.InvalidInputException as error:
    print(error.response["Error"]["Message"])
`,
  );
  expect(printed.trim().split("\n")).toEqual([
    "Database already exists.",
    "['a', 'b', 'c']",
    "200 10",
    "200",
    "Invalid partition expression!",
  ]);
});

test("the SDK for JavaScript keeps indexes, statistics, functions, connections and tags, and searches tables", async () => {
  const client = glue();
  await client.createDatabase({ DatabaseInput: { Name: "things" } });
  const PartitionKeys = [{ Name: "day", Type: "date" }];
  await client.createTable({ DatabaseName: "things", TableInput: { Name: "visits", PartitionKeys } });
  const named = { DatabaseName: "things", TableName: "visits" };

  await client.createPartitionIndex({ ...named, PartitionIndex: { IndexName: "by-day", Keys: ["day"] } });
  const { PartitionIndexDescriptorList } = await client.getPartitionIndexes(named);
  expect(PartitionIndexDescriptorList).toEqual([
    { IndexName: "by-day", Keys: [{ Name: "day", Type: "date" }], IndexStatus: "ACTIVE" },
  ]);
  await client.deletePartitionIndex({ ...named, IndexName: "by-day" });

  const statistics = {
    ...{ ColumnName: "day", ColumnType: "date", AnalyzedTime: new Date(1_700_000_000_000) },
    StatisticsData: {
      Type: "DATE" as const,
      DateColumnStatisticsData: {
        ...{ MinimumValue: new Date(0), MaximumValue: new Date(86_400_000) },
        ...{ NumberOfNulls: 0, NumberOfDistinctValues: 2 },
      },
    },
  };
  await client.updateColumnStatisticsForTable({ ...named, ColumnStatisticsList: [statistics] });
  const ofTable = await client.getColumnStatisticsForTable({ ...named, ColumnNames: ["day"] });
  expect(ofTable.ColumnStatisticsList).toEqual([statistics]);
  await client.deleteColumnStatisticsForTable({ ...named, ColumnName: "day" });
  const part = { ...named, PartitionValues: ["2026-01-01"] };
  await client.createPartition({ ...named, PartitionInput: { Values: part.PartitionValues } });
  await client.updateColumnStatisticsForPartition({ ...part, ColumnStatisticsList: [statistics] });
  const ofPart = await client.getColumnStatisticsForPartition({ ...part, ColumnNames: ["day"] });
  expect(ofPart.ColumnStatisticsList).toEqual([statistics]);
  await client.deleteColumnStatisticsForPartition({ ...part, ColumnName: "day" });

  const fn = { DatabaseName: "things", FunctionName: "clean" };
  await client.createUserDefinedFunction({ ...fn, FunctionInput: { FunctionName: "clean", ClassName: "org.x.F" } });
  await client.updateUserDefinedFunction({ ...fn, FunctionInput: { FunctionName: "clean", ClassName: "org.x.G" } });
  expect((await client.getUserDefinedFunction(fn)).UserDefinedFunction).toMatchObject({ ClassName: "org.x.G" });
  expect((await client.getUserDefinedFunctions({ Pattern: "*" })).UserDefinedFunctions).toHaveLength(1);
  await client.deleteUserDefinedFunction(fn);

  const ConnectionInput = { Name: "shop", ConnectionType: "NETWORK" as const, ConnectionProperties: {} };
  await client.createConnection({ ConnectionInput });
  await client.updateConnection({ Name: "shop", ConnectionInput: { ...ConnectionInput, Description: "a net" } });
  expect((await client.getConnection({ Name: "shop" })).Connection).toMatchObject({ Description: "a net" });
  expect((await client.getConnections()).ConnectionList).toHaveLength(1);
  const { CatalogId } = (await client.getDatabase({ Name: "things" })).Database!;
  const ResourceArn = `arn:aws:glue:${server.clientOptions.region}:${CatalogId}:connection/shop`;
  await client.tagResource({ ResourceArn, TagsToAdd: { team: "blue", tier: "1" } });
  await client.untagResource({ ResourceArn, TagsToRemove: ["tier"] });
  expect((await client.getTags({ ResourceArn })).Tags).toEqual({ team: "blue" });
  await client.deleteConnection({ ConnectionName: "shop" });
  expect((await client.batchDeleteConnection({ ConnectionNameList: ["shop"] })).Succeeded).toEqual([]);

  const { TableList } = await client.searchTables({ SearchText: "visits" });
  expect(TableList?.map(({ Name }) => Name)).toEqual(["visits"]);
});

test("the SDK for JavaScript sets a policy of the catalog, and reads what there is of the catalog itself", async () => {
  const client = glue();
  const CatalogId = (await client.getCatalogs({ IncludeRoot: true })).CatalogList![0]!.CatalogId!;
  const Resource = `arn:aws:glue:${server.clientOptions.region}:${CatalogId}:table/guarded/secret`;
  await client.createDatabase({ DatabaseInput: { Name: "guarded" } });
  for (const Name of ["open", "secret"]) await client.createTable({ DatabaseName: "guarded", TableInput: { Name } });
  const Statement = [{ Effect: "Deny", Principal: { AWS: CatalogId }, Action: ["glue:GetTable*"], Resource }];
  const PolicyInJson = JSON.stringify({ Version: "2012-10-17", Statement });
  const { PolicyHash } = await client.putResourcePolicy({ PolicyInJson, PolicyExistsCondition: "NOT_EXIST" });
  expect(await client.getResourcePolicy({})).toMatchObject({ PolicyInJson, PolicyHash });
  expect((await client.getResourcePolicies({})).GetResourcePoliciesResponseList).toHaveLength(1);
  await expect(client.getTable({ DatabaseName: "guarded", Name: "secret" })).rejects.toMatchObject({
    ...{ name: "AccessDeniedException" },
    message: expect.stringMatching(/glue:GetTable on resource: ".*secret" with an explicit deny in a resource-based/),
  });
  expect((await client.getTables({ DatabaseName: "guarded" })).TableList!.map(({ Name }) => Name)).toEqual(["open"]);
  await client.deleteResourcePolicy({ PolicyHashCondition: PolicyHash });
  expect((await client.getTable({ DatabaseName: "guarded", Name: "secret" })).Table!.Name).toBe("secret");
  await expect(client.getResourcePolicy({})).rejects.toMatchObject({ name: "EntityNotFoundException" });

  await client.updateCatalog({ CatalogId, CatalogInput: { Description: "of the house" } });
  expect((await client.getCatalog({ CatalogId })).Catalog).toMatchObject({ CatalogId, Description: "of the house" });
  const { DataCatalogEncryptionSettings } = await client.getDataCatalogEncryptionSettings({});
  await client.putDataCatalogEncryptionSettings({ DataCatalogEncryptionSettings });
  const EncryptionAtRest = { CatalogEncryptionMode: "SSE-KMS" } as const;
  await expect(
    client.putDataCatalogEncryptionSettings({ DataCatalogEncryptionSettings: { EncryptionAtRest } }),
  ).rejects.toThrow(/CatalogEncryptionMode SSE-KMS is not built .* use DISABLED/);
  await client.importCatalogToGlue({});
  expect((await client.getCatalogImportStatus({})).ImportStatus).toEqual({ ImportCompleted: true });
});
