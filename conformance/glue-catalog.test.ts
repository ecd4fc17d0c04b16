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
