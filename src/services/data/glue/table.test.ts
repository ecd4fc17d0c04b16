import { beforeEach, describe, expect, test } from "vitest";
import { createGlueContext, type GlueContext } from "./glue.fixture.ts";
import { tableRecordSweep } from "./table-record-sweep.ts";

let context: GlueContext;
beforeEach(async () => {
  context = createGlueContext();
  await context.call("glue", "CreateDatabase", { DatabaseInput: { Name: "Sales", Description: "what is sold" } });
});
const create = (Name: string, of: object = {}) =>
  context.call("glue", "CreateTable", { DatabaseName: "sales", TableInput: { Name, ...of } });
const get = async (Name: string, DatabaseName = "sales") =>
  (await context.call("glue", "GetTable", { DatabaseName, Name })).Table!;
const update = (of: object, beside: object = {}) =>
  context.call("glue", "UpdateTable", { DatabaseName: "sales", TableInput: { Name: "t", ...of }, ...beside });

describe("databases", () => {
  test("names are folded, members kept, and an update replaces what it leaves out", async () => {
    const { Database } = await context.call("glue", "GetDatabase", { Name: "SALES" });
    expect(Database).toMatchObject({ Name: "sales", Description: "what is sold", CatalogId: context.account });
    await expect(context.call("glue", "CreateDatabase", { DatabaseInput: { Name: "sAles" } })).rejects.toMatchObject({
      code: "AlreadyExistsException",
      message: "Database already exists.",
    });
    await context.call("glue", "UpdateDatabase", {
      Name: "sales",
      DatabaseInput: { Name: "sales", LocationUri: "s3://b/" },
    });
    const after = (await context.call("glue", "GetDatabase", { Name: "sales" })).Database!;
    expect(after).toMatchObject({ LocationUri: "s3://b/" });
    expect(after.Description).toBeUndefined();
    await expect(
      context.call("glue", "UpdateDatabase", { Name: "sales", DatabaseInput: { Name: "other" } }),
    ).rejects.toMatchObject({ code: "InvalidInputException" });
  });

  test("are listed by name; a page begins where the last one ended", async () => {
    for (const Name of ["c", "a", "b"]) await context.call("glue", "CreateDatabase", { DatabaseInput: { Name } });
    const first = await context.call("glue", "GetDatabases", { MaxResults: 3 });
    expect(first.DatabaseList?.map(({ Name }) => Name)).toEqual(["a", "b", "c"]);
    const second = await context.call("glue", "GetDatabases", { NextToken: first.NextToken });
    expect(second.DatabaseList?.map(({ Name }) => Name)).toEqual(["sales"]);
    expect(second.NextToken).toBeUndefined();
    await expect(context.call("glue", "GetDatabases", { NextToken: "x" })).rejects.toMatchObject({
      code: "InvalidInputException",
    });
  });

  test("take their tables with them, and another catalog is not found", async () => {
    await create("t");
    await context.call("glue", "DeleteDatabase", { Name: "sales" });
    await expect(get("t")).rejects.toMatchObject({ message: "Database sales not found." });
    await expect(context.call("glue", "GetDatabases", { CatalogId: "999999999999" })).rejects.toMatchObject({
      code: "EntityNotFoundException",
    });
  });

  test("a link leads to its database, whose tables it shows", async () => {
    await create("t", { Description: "of sales" });
    await context.call("glue", "CreateDatabase", {
      DatabaseInput: { Name: "link", TargetDatabase: { CatalogId: context.account, DatabaseName: "sales" } },
    });
    expect(await get("t", "link")).toMatchObject({ Description: "of sales" });
    const { TableList } = await context.call("glue", "GetTables", { DatabaseName: "link" });
    expect(TableList?.map(({ Name }) => Name)).toEqual(["t"]);
    await context.call("glue", "CreateDatabase", { DatabaseInput: { Name: "ring" } });
    await context.call("glue", "UpdateDatabase", {
      Name: "ring",
      DatabaseInput: { Name: "ring", TargetDatabase: { DatabaseName: "ring" } },
    });
    await expect(get("t", "ring")).rejects.toMatchObject({ code: "InvalidInputException" });
  });
});

describe("tables", () => {
  test("are shown as Glue shows them", async () => {
    const LastAccessTime = new Date(1_700_000_000_000);
    await create("T", { LastAccessTime, Parameters: { k: "v" }, StorageDescriptor: { Location: "s3://b/t/" } });
    expect(await get("t")).toEqual({
      ...{ Name: "t", DatabaseName: "sales", CatalogId: context.account, Retention: 0, PartitionKeys: [] },
      ...{ LastAccessTime, LastAnalyzedTime: undefined, Parameters: { k: "v" }, VersionId: "0" },
      StorageDescriptor: {
        ...{ Location: "s3://b/t/", Compressed: false, NumberOfBuckets: 0, StoredAsSubDirectories: false },
        ...{ Columns: [], BucketColumns: [], SortColumns: [], Parameters: {} },
      },
      CreateTime: new Date(context.clock.now()),
      UpdateTime: new Date(context.clock.now()),
      CreatedBy: context.caller.arn,
      ...{ IsRegisteredWithLakeFormation: false, IsMultiDialectView: false },
    });
    await expect(create("t")).rejects.toMatchObject({
      code: "AlreadyExistsException",
      message: "Table already exists.",
    });
    await expect(get("other")).rejects.toMatchObject({
      code: "EntityNotFoundException",
      message: "Table other not found.",
    });
    await expect(create("t2", { ViewDefinition: { Definer: "x" } })).rejects.toThrow("TableInput.ViewDefinition");
  });

  test("keep their versions, the newest first", async () => {
    await create("t", { Description: "0" });
    for (const Description of ["1", "2"]) await update({ Description });
    await update({ Description: "3" }, { SkipArchive: true });
    const versions = async (asked: object = {}) =>
      context.call("glue", "GetTableVersions", { DatabaseName: "sales", TableName: "t", ...asked });
    const shown = (page: Awaited<ReturnType<typeof versions>>) =>
      page.TableVersions?.map(({ VersionId, Table }) => `${VersionId} ${Table?.Description}`);
    expect(shown(await versions())).toEqual(["3 3", "1 1", "0 0"]);
    const first = await versions({ MaxResults: 2 });
    expect(shown(first)).toEqual(["3 3", "1 1"]);
    expect(shown(await versions({ NextToken: first.NextToken }))).toEqual(["0 0"]);

    const version = (VersionId?: string) =>
      context.call("glue", "GetTableVersion", { DatabaseName: "sales", TableName: "t", VersionId });
    expect((await version("1")).TableVersion?.Table?.Description).toBe("1");
    expect((await version()).TableVersion?.VersionId).toBe("3");
    await expect(version("2")).rejects.toMatchObject({ message: "Version not found." });
    await expect(version("x")).rejects.toMatchObject({ code: "InvalidInputException" });
    const { Errors } = await context.call("glue", "BatchDeleteTableVersion", {
      ...{ DatabaseName: "sales", TableName: "t", VersionIds: ["0", "2", "3"] },
    });
    expect(Errors?.map(({ VersionId, ErrorDetail }) => `${VersionId} ${ErrorDetail?.ErrorCode}`)).toEqual([
      "2 EntityNotFoundException",
      "3 InvalidInputException",
    ]);
    expect(shown(await versions())).toEqual(["3 3", "1 1"]);
  });

  test("of two updates of one version one is refused, and without a version none is lost", async () => {
    await create("t");
    const both = await Promise.allSettled(["a", "b"].map((Description) => update({ Description }, { VersionId: "0" })));
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(both.find((one) => one.status === "rejected")?.reason).toMatchObject({
      code: "ConcurrentModificationException",
    });
    await Promise.all(Array.from({ length: 5 }, () => update({})));
    expect((await get("t")).VersionId).toBe("6");
  });

  test.each([
    [undefined, ["orders_1", "orders_2", "returns", "x.y"]],
    ["orders.*", ["orders_1", "orders_2"]],
    ["orders", []],
    ["*", ["orders_1", "orders_2", "returns", "x.y"]],
    ["*r*s_*", ["orders_1", "orders_2"]],
    ["orders_[12]|returns", ["orders_1", "orders_2", "returns"]],
    ["[a-z]+_\\d", ["orders_1", "orders_2"]],
  ])("the expression %s finds %j, in pages too", async (Expression, names) => {
    for (const name of ["orders_2", "returns", "orders_1", "x.y"]) await create(name);
    for (const MaxResults of [100, 1]) {
      const found: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await context.call("glue", "GetTables", {
          ...{ DatabaseName: "sales", Expression, MaxResults, NextToken },
        });
        found.push(...(page.TableList ?? []).map(({ Name }) => Name));
        NextToken = page.NextToken;
      } while (NextToken);
      expect(found).toEqual(names);
    }
  });

  test("an expression that is none is refused", async () => {
    await expect(context.call("glue", "GetTables", { DatabaseName: "sales", Expression: "(" })).rejects.toMatchObject({
      code: "InvalidInputException",
    });
  });

  test("a link shows its target under its own name", async () => {
    await create("t", { Description: "target", PartitionKeys: [{ Name: "day", Type: "string" }] });
    await create("link", { TargetTable: { CatalogId: context.account, DatabaseName: "sales", Name: "t" } });
    expect(await get("link")).toMatchObject({
      ...{ Name: "link", Description: "target", TargetTable: { Name: "t" } },
      PartitionKeys: [{ Name: "day", Type: "string" }],
    });
    await context.call("glue", "CreatePartition", {
      ...{ DatabaseName: "sales", TableName: "link", PartitionInput: { Values: ["1"] } },
    });
    const { Partitions } = await context.call("glue", "GetPartitions", { DatabaseName: "sales", TableName: "t" });
    expect(Partitions).toHaveLength(1);
  });

  test("leave nothing behind: not when they go, and not with their database", async () => {
    const make = async () => {
      await create("t", { PartitionKeys: [{ Name: "day", Type: "string" }] });
      await update({ PartitionKeys: [{ Name: "day", Type: "string" }] });
      await context.call("glue", "CreatePartition", {
        ...{ DatabaseName: "sales", TableName: "t" },
        PartitionInput: { Values: ["1"], StorageDescriptor: { Columns: [{ Name: "c" }] } },
      });
    };
    const spaces = () => context.records.spaces("glue/", undefined, 10);
    await make();
    expect(await spaces()).toHaveLength(3);
    const { Errors } = await context.call("glue", "BatchDeleteTable", {
      ...{ DatabaseName: "sales", TablesToDelete: ["t", "none"] },
    });
    expect(Errors).toMatchObject([{ TableName: "none", ErrorDetail: { ErrorCode: "EntityNotFoundException" } }]);
    expect(await spaces()).toEqual([]);
    await make();
    const { signal } = new AbortController();
    await tableRecordSweep.run(context, signal);
    expect(await spaces()).toHaveLength(3);
    await context.call("glue", "DeleteDatabase", { Name: "sales" });
    await tableRecordSweep.run(context, signal);
    expect(await spaces()).toEqual([]);
  });
});
