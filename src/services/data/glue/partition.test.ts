import { beforeEach, expect, test } from "vitest";
import { createGlueContext, type GlueContext, makeTable } from "./glue.fixture.ts";

let context: GlueContext;
const named = { DatabaseName: "db", TableName: "t" };
beforeEach(async () => {
  context = createGlueContext();
  await makeTable(context, ["day string", "hour int"]);
});
const create = (Values: string[], of: object = {}) =>
  context.call("glue", "CreatePartition", { ...named, PartitionInput: { Values, ...of } });
const get = async (PartitionValues: string[]) =>
  (await context.call("glue", "GetPartition", { ...named, PartitionValues })).Partition!;
const list = async (asked: object = {}) => context.call("glue", "GetPartitions", { ...named, ...asked });
const values = async (asked: object = {}) => (await list(asked)).Partitions?.map(({ Values }) => Values?.join("/"));

test("a partition is shown as Glue shows it", async () => {
  const Columns = [{ Name: "a", Type: "int" }];
  await create(["d", "1"], { StorageDescriptor: { Columns, Location: "s3://b/d/1" }, Parameters: { p: "1" } });
  expect(await get(["d", "1"])).toEqual({
    ...{ ...named, Values: ["d", "1"], CatalogId: context.account, Parameters: { p: "1" } },
    CreationTime: new Date(context.clock.now()),
    StorageDescriptor: {
      ...{ Columns, Location: "s3://b/d/1", Compressed: false, NumberOfBuckets: 0, StoredAsSubDirectories: false },
      ...{ BucketColumns: [], SortColumns: [], Parameters: {} },
    },
    ...{ LastAccessTime: undefined, LastAnalyzedTime: undefined },
  });
  const [without] = (await list({ ExcludeColumnSchema: true })).Partitions!;
  expect(without?.StorageDescriptor).toMatchObject({ Columns: undefined });
  expect((await list()).Partitions?.[0]?.StorageDescriptor?.Columns).toEqual(Columns);
});

test("what is wrong with a partition is said in Glue's words", async () => {
  await create(["d", "1"]);
  await expect(create(["d", "1"])).rejects.toMatchObject({
    code: "AlreadyExistsException",
    message: "Partition already exists.",
  });
  await expect(get(["d", "2"])).rejects.toMatchObject({
    code: "EntityNotFoundException",
    message: "Cannot find partition.",
  });
  await expect(create(["d"])).rejects.toMatchObject({
    code: "InvalidInputException",
    message: "The number of partition keys do not match the number of partition values",
  });
  await expect(list({ DatabaseName: "none" })).rejects.toMatchObject({ message: "Database none not found." });
  await expect(list({ TableName: "none" })).rejects.toMatchObject({ message: "Table none not found." });
});

test("batches do what they can, and say what they could not", async () => {
  const PartitionInputList = ["1", "2", "1"].map((hour) => ({ Values: ["d", hour] }));
  const made = await context.call("glue", "BatchCreatePartition", { ...named, PartitionInputList });
  expect(made.Errors).toMatchObject([
    { PartitionValues: ["d", "1"], ErrorDetail: { ErrorCode: "AlreadyExistsException" } },
  ]);
  const got = await context.call("glue", "BatchGetPartition", {
    ...named,
    PartitionsToGet: ["2", "9", "1"].map((hour) => ({ Values: ["d", hour] })),
  });
  expect(got.Partitions?.map(({ Values }) => Values)).toEqual([
    ["d", "2"],
    ["d", "1"],
  ]);
  const changed = await context.call("glue", "BatchUpdatePartition", {
    ...named,
    Entries: [
      { PartitionValueList: ["d", "1"], PartitionInput: { Values: ["d", "3"], Parameters: { moved: "yes" } } },
      { PartitionValueList: ["d", "9"], PartitionInput: { Values: ["d", "9"] } },
    ],
  });
  expect(changed.Errors).toMatchObject([{ PartitionValueList: ["d", "9"] }]);
  expect(await get(["d", "3"])).toMatchObject({ Parameters: { moved: "yes" } });
  const gone = await context.call("glue", "BatchDeletePartition", {
    ...named,
    PartitionsToDelete: ["1", "2"].map((hour) => ({ Values: ["d", hour] })),
  });
  expect(gone.Errors).toMatchObject([{ PartitionValues: ["d", "1"] }]);
  expect(await values()).toEqual(["d/3"]);
});

test("a partition is not moved onto another, and keeps the time of its creation", async () => {
  await create(["a", "1"]);
  await create(["b", "1"]);
  const move = (to: string[]) =>
    context.call("glue", "UpdatePartition", {
      ...{ ...named, PartitionValueList: ["a", "1"], PartitionInput: { Values: to } },
    });
  await expect(move(["b", "1"])).rejects.toMatchObject({ code: "AlreadyExistsException" });
  const { CreationTime } = await get(["a", "1"]);
  context.passTime(5000);
  await move(["c", "1"]);
  expect(await values()).toEqual(["b/1", "c/1"]);
  expect((await get(["c", "1"])).CreationTime).toEqual(CreationTime);
});

test("numbers are in their order, and pages and segments are the whole together", async () => {
  const hours = Array.from({ length: 25 }, (_, hour) => String(hour));
  await Promise.all(hours.toReversed().map((hour) => create(["d", hour])));
  const all = hours.map((hour) => `d/${hour}`);
  expect(await values()).toEqual(all);
  const read: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await list({ MaxResults: 7, NextToken });
    read.push(...(page.Partitions ?? []).map(({ Values }) => Values!.join("/")));
    NextToken = page.NextToken;
  } while (NextToken);
  expect(read).toEqual(all);
  const segments = await Promise.all(
    [0, 1, 2].map((SegmentNumber) => values({ Segment: { SegmentNumber, TotalSegments: 3 } })),
  );
  expect(segments.flat().toSorted()).toEqual(all.toSorted());
  expect(Math.min(...segments.map((one) => one!.length))).toBeGreaterThan(0);
  await expect(list({ NextToken: "!" })).rejects.toMatchObject({ code: "InvalidInputException" });
});

test("keys with partitions keep their types", async () => {
  await create(["d", "1"]);
  const update = (hour: string) =>
    context.call("glue", "UpdateTable", {
      DatabaseName: "db",
      TableInput: {
        Name: "t",
        PartitionKeys: [
          { Name: "day", Type: "string" },
          { Name: "hour", Type: hour },
        ],
      },
    });
  await update("bigint");
  expect(await values({ Expression: "hour = 1" })).toEqual(["d/1"]);
  await expect(update("string")).rejects.toMatchObject({ code: "InvalidInputException" });
});
