import { Athena } from "@aws-sdk/client-athena";
import { Glue, type TableOptimizerRun, type TableOptimizerType } from "@aws-sdk/client-glue";
import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const glue = () => new Glue(server.clientOptions);
const roleArn = "arn:aws:iam::123456789012:role/Keeper";
const DatabaseName = "kept";
const table = (TableName: string, Type: TableOptimizerType) => ({
  ...{ CatalogId: "123456789012", DatabaseName, TableName, Type },
});

async function run(QueryString: string): Promise<(string | undefined)[][]> {
  const athena = new Athena(server.clientOptions);
  const { QueryExecutionId } = await athena.startQueryExecution({
    ...{ QueryString, QueryExecutionContext: { Database: DatabaseName } },
    ResultConfiguration: { OutputLocation: "s3://lake/results/" },
  });
  for (;;) {
    const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId: QueryExecutionId! });
    const { State, StateChangeReason } = QueryExecution!.Status!;
    if (State === "QUEUED" || State === "RUNNING") continue;
    expect([QueryString, StateChangeReason]).toEqual([QueryString, undefined]);
    const { ResultSet } = await athena.getQueryResults({ QueryExecutionId: QueryExecutionId! });
    return ResultSet!.Rows!.slice(1).map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue));
  }
}

/** Makes a table of Iceberg with several small files, each of one snapshot. */
async function make(Name: string, Properties: Record<string, string> = {}): Promise<void> {
  const Location = `s3://lake/${Name}`;
  await glue().createTable({
    ...{ DatabaseName, Name },
    OpenTableFormatInput: {
      IcebergInput: {
        MetadataOperation: "CREATE",
        CreateIcebergTableInput: {
          ...{ Location, Properties },
          Schema: { Fields: [{ Id: 1, Name: "n", Type: "int", Required: false }] },
        },
      },
    },
  });
  for (let n = 0; n < 6; n++) await run(`INSERT INTO ${Name} VALUES (${n})`);
}

/** The run that an optimizer has ended, once it has. */
async function ended(of: ReturnType<typeof table>, count = 1): Promise<TableOptimizerRun> {
  for (;;) {
    const { TableOptimizerRuns = [] } = await glue().listTableOptimizerRuns(of);
    const [last] = TableOptimizerRuns;
    if (TableOptimizerRuns.length >= count && last!.eventType !== "in_progress") return last!;
  }
}
const objects = async (Prefix: string) =>
  (await clientsOf(server).s3.listObjectsV2({ Bucket: "lake", Prefix })).Contents?.map(({ Key }) => Key!) ?? [];

beforeAll(async () => {
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  await run(`CREATE DATABASE ${DatabaseName}`);
}, 60_000);

test("compaction puts the files of a table together", async () => {
  await make("small");
  const of = table("small", "compaction");
  const TableOptimizerConfiguration = { roleArn, enabled: true };
  await glue().createTableOptimizer({ ...of, TableOptimizerConfiguration });
  await expect(glue().createTableOptimizer({ ...of, TableOptimizerConfiguration })).rejects.toMatchObject({
    name: "AlreadyExistsException",
  });
  const done = await ended(of);
  expect(done).toMatchObject({ eventType: "completed", compactionStrategy: "binpack" });
  expect(done.compactionMetrics!.IcebergMetrics).toMatchObject({ NumberOfFilesCompacted: 6 });
  expect(done.compactionMetrics!.IcebergMetrics!.NumberOfBytesCompacted).toBeGreaterThan(0);
  expect(await run('SELECT count(*) FROM "small$files"')).toEqual([["1"]]);
  expect(await run("SELECT count(*), sum(n) FROM small")).toEqual([["6", "15"]]);
  expect((await objects("small/metadata/")).filter((key) => key.endsWith(".txt"))).toEqual([]);

  const shown = await glue().getTableOptimizer(of);
  expect(shown.TableOptimizer).toMatchObject({
    ...{ type: "compaction", configuration: TableOptimizerConfiguration, configurationSource: "table" },
    lastRun: { eventType: "completed" },
  });
  const { catalogId, databaseName, tableName } = { catalogId: of.CatalogId, databaseName: "kept", tableName: "small" };
  const batch = await glue().batchGetTableOptimizer({
    Entries: (["compaction", "retention"] as const).map((type) => ({ catalogId, databaseName, tableName, type })),
  });
  expect(batch.TableOptimizers).toMatchObject([{ tableName, tableOptimizer: { type: "compaction" } }]);
  expect(batch.Failures).toMatchObject([{ type: "retention", error: { ErrorCode: "EntityNotFoundException" } }]);
  await glue().updateTableOptimizer({ ...of, TableOptimizerConfiguration: { enabled: false } });
  expect((await glue().getTableOptimizer(of)).TableOptimizer!.configuration).toEqual({ roleArn, enabled: false });
  await glue().deleteTableOptimizer(of);
  await expect(glue().getTableOptimizer(of)).rejects.toMatchObject({ name: "EntityNotFoundException" });
});

test("retention takes old snapshots out, and removes their files where it is told to", async () => {
  const old = {
    "history.expire.max-snapshot-age-ms": "1",
    "history.expire.min-snapshots-to-keep": "2",
    optimize_rewrite_data_file_threshold: "2",
  };
  await make("aged", old);
  await run("DELETE FROM aged WHERE n < 3");
  await run("OPTIMIZE aged REWRITE DATA USING BIN_PACK");
  const of = table("aged", "retention");
  const data = await objects("aged/data/");
  await glue().createTableOptimizer({ ...of, TableOptimizerConfiguration: { roleArn, enabled: true } });
  expect((await ended(of)).retentionMetrics!.IcebergMetrics).toMatchObject({ NumberOfDataFilesDeleted: 0 });
  expect(await run('SELECT count(*) FROM "aged$snapshots"')).toEqual([["2"]]);
  expect(await objects("aged/data/")).toEqual(data);

  await make("cleaned", old);
  await run("DELETE FROM cleaned WHERE n < 3");
  await run("OPTIMIZE cleaned REWRITE DATA USING BIN_PACK");
  await run("INSERT INTO cleaned VALUES (10)");
  const cleaned = table("cleaned", "retention");
  const icebergConfiguration = { cleanExpiredFiles: true, numberOfSnapshotsToRetain: 1, runRateInHours: 3 };
  await glue().createTableOptimizer({
    ...cleaned,
    TableOptimizerConfiguration: { roleArn, enabled: true, retentionConfiguration: { icebergConfiguration } },
  });
  const { retentionMetrics } = await ended(cleaned);
  expect(retentionMetrics!.IcebergMetrics!.NumberOfDataFilesDeleted).toBeGreaterThanOrEqual(6);
  expect(retentionMetrics!.IcebergMetrics!.NumberOfManifestListsDeleted).toBeGreaterThanOrEqual(8);
  expect(await objects("cleaned/data/")).toHaveLength(2);
  expect(await run("SELECT n FROM cleaned ORDER BY n")).toEqual([["3"], ["4"], ["5"], ["10"]]);
});

test("orphans stay as long as they are young; failures are told, and what is not built is refused", async () => {
  await make("plain");
  await clientsOf(server).s3.putObject({ Bucket: "lake", Key: "plain/data/orphan.parquet", Body: "x" });
  const orphans = table("plain", "orphan_file_deletion");
  const TableOptimizerConfiguration = { roleArn, enabled: true };
  await glue().createTableOptimizer({ ...orphans, TableOptimizerConfiguration });
  expect(await ended(orphans)).toMatchObject({
    ...{ eventType: "completed", orphanFileDeletionMetrics: { IcebergMetrics: { NumberOfOrphanFilesDeleted: 0 } } },
  });
  expect(await objects("plain/data/orphan")).toHaveLength(1);

  const compaction = (icebergConfiguration: object) => ({
    ...table("plain", "compaction"),
    TableOptimizerConfiguration: { roleArn, enabled: true, compactionConfiguration: { icebergConfiguration } },
  });
  const elsewhere = { orphanFileDeletionConfiguration: { icebergConfiguration: { location: "s3://lake/small" } } };
  for (const [input, words] of [
    [compaction({ strategy: "z-order" }), "strategy z-order is not built"],
    [compaction({ minInputFiles: 10 }), "set the property optimize_rewrite_data_file_threshold"],
    [{ ...orphans, TableOptimizerConfiguration: { enabled: true } }, "roleArn is missing"],
    [
      { ...table("plain", "retention"), TableOptimizerConfiguration: { ...TableOptimizerConfiguration, ...elsewhere } },
      "orphanFileDeletionConfiguration is not for an optimizer of the type retention",
    ],
  ] as const)
    await expect(glue().createTableOptimizer(input as never)).rejects.toMatchObject({
      ...{ name: "InvalidInputException", message: expect.stringContaining(words) },
    });
  await expect(glue().updateTableOptimizer({ ...orphans, TableOptimizerConfiguration: elsewhere })).rejects.toThrow(
    "location s3://lake/small is not below that of the table, s3://lake/plain/",
  );
  await glue().createTable({ DatabaseName, TableInput: { Name: "other" } });
  await expect(
    glue().createTableOptimizer({ ...table("other", "compaction"), TableOptimizerConfiguration }),
  ).rejects.toThrow("kept.other is no table of Iceberg");

  // Its metadata is gone.
  const metadata = (await glue().getTable({ DatabaseName, Name: "plain" })).Table!.Parameters!.metadata_location!;
  await clientsOf(server).s3.deleteObject({ Bucket: "lake", Key: metadata.slice("s3://lake/".length) });
  await glue().updateTableOptimizer({ ...orphans, TableOptimizerConfiguration: { enabled: true } });
  expect(await ended(orphans, 2)).toMatchObject({ eventType: "failed", error: `${metadata} does not exist` });
});
