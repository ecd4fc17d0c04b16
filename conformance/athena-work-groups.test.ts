import { Athena, type QueryExecution } from "@aws-sdk/client-athena";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const athena = () => new Athena(server.clientOptions);
const OutputLocation = "s3://lake/results/";
const CatalogName = "AwsDataCatalog";
const DatabaseName = "shop";

async function start(QueryString: string, more: object = {}): Promise<string> {
  const { QueryExecutionId } = await athena().startQueryExecution({
    ...{ QueryString, QueryExecutionContext: { Database: DatabaseName }, ResultConfiguration: { OutputLocation } },
    ...more,
  });
  return QueryExecutionId!;
}
async function found(QueryExecutionId: string): Promise<QueryExecution> {
  return (await athena().getQueryExecution({ QueryExecutionId })).QueryExecution!;
}
async function run(statement: string, more: object = {}): Promise<QueryExecution> {
  const id = await start(statement, more);
  for (;;) {
    const query = await found(id);
    if (!["QUEUED", "RUNNING"].includes(query.Status!.State!)) return query;
  }
}
async function done(statement: string, more: object = {}): Promise<QueryExecution> {
  const query = await run(statement, more);
  expect([statement, query.Status!.StateChangeReason]).toEqual([statement, undefined]);
  return query;
}
const rowsOf = async ({ QueryExecutionId }: QueryExecution, more: object = {}) =>
  (await athena().getQueryResults({ QueryExecutionId: QueryExecutionId!, ...more })).ResultSet!.Rows!.map(
    ({ Data }) => Data![0]!.VarCharValue,
  );

/** Takes longer than any test. */
const long = `WITH d(n) AS (SELECT a FROM UNNEST(sequence(1, 9000)) AS t(a))
  SELECT count(*) FROM d a, d b, d c WHERE a.n + b.n = c.n`;

/** All pages of a list. */
async function pages<Page extends { readonly NextToken?: string | undefined }>(
  ask: (token: { NextToken?: string }) => Promise<Page>,
): Promise<Page[]> {
  const all: Page[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await ask({ ...(NextToken !== undefined && { NextToken }) });
    all.push(page);
    NextToken = page.NextToken;
    if (NextToken === undefined) return all;
  }
}

beforeAll(async () => {
  const { s3 } = clientsOf(server);
  for (const Bucket of ["lake", "other"]) await s3.createBucket({ Bucket });
  await s3.putObject({ Bucket: "lake", Key: "small/a.csv", Body: "1\n2\n3\n" });
  await s3.putObject({ Bucket: "lake", Key: "large/a.csv", Body: `${"7".repeat(99)}\n`.repeat(110_000) });
  await done(`CREATE DATABASE ${DatabaseName}`);
  for (const name of ["small", "large"])
    await done(`CREATE EXTERNAL TABLE ${name} (n string) LOCATION 's3://lake/${name}/'`);
}, 60_000);

test("what a group enforces, and what it leaves to its queries", async () => {
  const client = athena();
  await client.createWorkGroup({ Name: "plain" });
  const configuration = async (WorkGroup: string) =>
    (await client.getWorkGroup({ WorkGroup })).WorkGroup!.Configuration!;
  expect(await configuration("plain")).toMatchObject({
    ...{ EnforceWorkGroupConfiguration: true, RequesterPaysEnabled: false },
    EngineVersion: { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: "Athena engine version 3" },
  });
  // It has no place of its own.
  expect((await done("SELECT 1 AS a", { WorkGroup: "plain" })).ResultConfiguration!.OutputLocation).toMatch(
    /^s3:\/\/lake\/results\//,
  );
  await client.updateWorkGroup({
    WorkGroup: "plain",
    Description: "of nobody",
    ConfigurationUpdates: {
      ResultConfigurationUpdates: {
        OutputLocation: "s3://lake/plain",
        EncryptionConfiguration: { EncryptionOption: "SSE_KMS", KmsKey: "alias/results" },
      },
    },
  });
  const enforced = await done("SELECT 1 AS a", { WorkGroup: "plain" });
  expect(enforced.ResultConfiguration).toEqual({
    OutputLocation: `s3://lake/plain/${enforced.QueryExecutionId}.csv`,
    EncryptionConfiguration: { EncryptionOption: "SSE_KMS", KmsKey: "alias/results" },
  });
  const { s3 } = clientsOf(server);
  const Key = `plain/${enforced.QueryExecutionId}.csv`;
  expect(await s3.headObject({ Bucket: "lake", Key })).toMatchObject({
    ...{ ServerSideEncryption: "aws:kms", SSEKMSKeyId: "alias/results" },
  });
  await client.updateWorkGroup({
    WorkGroup: "plain",
    ConfigurationUpdates: {
      EnforceWorkGroupConfiguration: false,
      ResultConfigurationUpdates: { RemoveEncryptionConfiguration: true },
    },
  });
  expect(await configuration("plain")).toMatchObject({ ResultConfiguration: { OutputLocation: "s3://lake/plain" } });
  const own = await done("SELECT 1 AS a", { WorkGroup: "plain" });
  expect(own.ResultConfiguration!.OutputLocation).toBe(`${OutputLocation}${own.QueryExecutionId}.csv`);
  const unsaid = await done("SELECT 1 AS a", { WorkGroup: "plain", ResultConfiguration: undefined });
  expect(unsaid.ResultConfiguration!.OutputLocation).toBe(`s3://lake/plain/${unsaid.QueryExecutionId}.csv`);
  expect((await client.getWorkGroup({ WorkGroup: "plain" })).WorkGroup!.Description).toBe("of nobody");

  for (const [ConfigurationUpdates, words] of [
    [
      { ResultConfigurationUpdates: { OutputLocation: "s3://lake/x/", RemoveOutputLocation: true } },
      "OutputLocation and RemoveOutputLocation cannot both be given",
    ],
    [{ ResultConfigurationUpdates: { OutputLocation: "/tmp" } }, "not a valid S3 path"],
    [{ EngineVersion: { SelectedEngineVersion: "Athena engine version 2" } }, "use AUTO or Athena engine version 3"],
    [
      {
        ResultConfigurationUpdates: { EncryptionConfiguration: { EncryptionOption: "CSE_KMS" as const, KmsKey: "k" } },
      },
      "EncryptionOption CSE_KMS is not built",
    ],
    [{ EnableMinimumEncryptionConfiguration: true }, "EnableMinimumEncryptionConfiguration is not built"],
  ] as const)
    await expect(client.updateWorkGroup({ WorkGroup: "plain", ConfigurationUpdates })).rejects.toMatchObject({
      ...{ name: "InvalidRequestException", message: expect.stringContaining(words) },
    });
  const stranger = { OutputLocation, ExpectedBucketOwner: "210987654321" };
  const refused = await run("SELECT 1 AS a", { ResultConfiguration: stranger });
  expect(refused.Status).toMatchObject({
    ...{ State: "FAILED", StateChangeReason: expect.stringMatching(/^Access denied when writing output to url/) },
  });
});

test("a query that would scan more than its group allows is cancelled before it does", async () => {
  const client = athena();
  const Configuration = { BytesScannedCutoffPerQuery: 10_000_000 };
  await expect(
    client.createWorkGroup({ Name: "tight", Configuration: { BytesScannedCutoffPerQuery: 9_999_999 } }),
  ).rejects.toMatchObject({ name: "InvalidRequestException" });
  await client.createWorkGroup({ Name: "tight", Configuration });
  const limited = { WorkGroup: "tight" };
  for (const statement of ["SELECT count(*) AS c FROM large", "CREATE TABLE copied AS SELECT n FROM large"]) {
    const query = await run(statement, limited);
    expect(query.Status).toMatchObject({ State: "CANCELLED" });
    expect(query.Status!.StateChangeReason).toMatch(
      /^Query cancelled! : Bytes scanned limit was exceeded: the query reads 11000000 bytes, and its work group allows 10000000/,
    );
    await expect(rowsOf(query)).rejects.toThrow("Final query state: CANCELLED");
  }
  await expect(client.getTableMetadata({ CatalogName, DatabaseName, TableName: "copied" })).rejects.toMatchObject({
    name: "MetadataException",
  });
  expect(await rowsOf(await done("SELECT count(*) AS c FROM small", limited))).toEqual(["c", "3"]);
  await client.updateWorkGroup({
    ...{ WorkGroup: "tight", ConfigurationUpdates: { RemoveBytesScannedCutoffPerQuery: true } },
  });
  expect(await rowsOf(await done("SELECT count(*) AS c FROM large", limited))).toEqual(["c", "110000"]);
});

test("a group with anything in it is deleted only with all of that", async () => {
  const client = athena();
  const WorkGroup = "full";
  await client.createWorkGroup({ Name: WorkGroup });
  const running = await start(long, { WorkGroup });
  await expect(client.deleteWorkGroup({ WorkGroup })).rejects.toThrow("WorkGroup full is not empty");
  await client.deleteWorkGroup({ WorkGroup, RecursiveDeleteOption: true });
  await expect(found(running)).rejects.toThrow("was not found");
  await expect(start("SELECT 1", { WorkGroup })).rejects.toThrow("WorkGroup full is not found");
  await expect(client.deleteWorkGroup({ WorkGroup: "primary" })).rejects.toThrow("cannot be deleted");
  // The engine is free again.
  expect(await rowsOf(await done("SELECT 1 AS a"))).toEqual(["a", "1"]);
});

test("lists come in pages: groups, named queries, prepared statements, queries", async () => {
  const client = athena();
  const WorkGroup = "listed";
  await client.createWorkGroup({ Name: WorkGroup });
  const all = (await client.listWorkGroups({})).WorkGroups!.map(({ Name }) => Name);
  expect(all[0]).toBe("primary");
  for (const MaxResults of [1, 2]) {
    const groups = await pages((token) => client.listWorkGroups({ MaxResults, ...token }));
    expect(groups.flatMap((page) => page.WorkGroups!.map(({ Name }) => Name))).toEqual(all);
    for (const page of groups) expect(page.WorkGroups!.length).toBeLessThanOrEqual(MaxResults);
  }
  const ClientRequestToken = "one and the same request, twice over";
  const asked = { Name: "n", Database: DatabaseName, QueryString: "SELECT 1", WorkGroup };
  const ids: string[] = [];
  for (const name of ["a", "b", "c"])
    ids.unshift((await client.createNamedQuery({ ...asked, Name: name })).NamedQueryId!);
  const { NamedQueryId } = await client.createNamedQuery({ ...asked, ClientRequestToken });
  expect((await client.createNamedQuery({ ...asked, ClientRequestToken })).NamedQueryId).toBe(NamedQueryId);
  await expect(client.createNamedQuery({ ...asked, Name: "other", ClientRequestToken })).rejects.toMatchObject({
    name: "InvalidRequestException",
  });
  await client.deleteNamedQuery({ NamedQueryId: NamedQueryId! });
  const named = await pages((token) => client.listNamedQueries({ WorkGroup, MaxResults: 2, ...token }));
  expect(named.map((page) => page.NamedQueryIds!)).toEqual([ids.slice(0, 2), ids.slice(2)]);
  expect((await client.listNamedQueries({ WorkGroup, MaxResults: 0 })).NamedQueryIds).toEqual(ids);
  expect((await client.listNamedQueries({})).NamedQueryIds).toEqual([]);
  await expect(
    client.batchGetNamedQuery({ NamedQueryIds: Array.from({ length: 51 }, () => ids[0]!) }),
  ).rejects.toMatchObject({ name: "InvalidRequestException" });
  await expect(client.listNamedQueries({ WorkGroup, NextToken: "no token" })).rejects.toThrow("Invalid NextToken");
  await expect(client.listDataCatalogs({ NextToken: "no token" })).rejects.toThrow("Invalid NextToken");
  const ResourceARN = `arn:aws:athena:us-west-2:123456789012:workgroup/${WorkGroup}`;
  const tagsFrom = (first: number) =>
    Array.from({ length: 30 }, (_, index) => ({ Key: `k${first + index}`, Value: "v" }));
  await client.tagResource({ ResourceARN, Tags: tagsFrom(0) });
  await expect(client.tagResource({ ResourceARN, Tags: tagsFrom(30) })).rejects.toThrow("would have 60 tags");
  const reserved = [{ Key: "aws:x", Value: "v" }];
  await expect(client.tagResource({ ResourceARN, Tags: reserved })).rejects.toMatchObject({
    ...{ name: "InvalidRequestException", message: expect.stringContaining('"aws:x" is refused') },
  });
  await expect(client.createWorkGroup({ Name: "reserved", Tags: reserved })).rejects.toThrow('"aws:x" is refused');
  expect((await client.listTagsForResource({ ResourceARN })).Tags).toHaveLength(30);

  for (const StatementName of ["two", "one", "three"])
    await client.createPreparedStatement({ WorkGroup, StatementName, QueryStatement: "SELECT ? AS a" });
  const prepared = await pages((token) => client.listPreparedStatements({ WorkGroup, MaxResults: 2, ...token }));
  expect(prepared.map((page) => page.PreparedStatements!.map(({ StatementName }) => StatementName))).toEqual([
    ["one", "three"],
    ["two"],
  ]);
  await expect(
    client.createPreparedStatement({ WorkGroup, StatementName: "one", QueryStatement: "SELECT 1" }),
  ).rejects.toThrow("already exists");
  const none = { WorkGroup, StatementName: "none" };
  for (const ask of [
    () => client.updatePreparedStatement({ ...none, QueryStatement: "SELECT 1" }),
    () => client.deletePreparedStatement(none),
    () => client.getPreparedStatement(none),
  ])
    await expect(ask()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  const PreparedStatementNames = Array.from({ length: 257 }, (_, index) => `s${index}`);
  await expect(client.batchGetPreparedStatement({ WorkGroup, PreparedStatementNames })).rejects.toThrow(
    "PreparedStatementNames has 257 names; it may have 256",
  );
  expect(await rowsOf(await done("EXECUTE one USING 4", { WorkGroup }))).toEqual(["a", "4"]);
  expect((await client.listQueryExecutions({ WorkGroup, MaxResults: 0 })).QueryExecutionIds).toHaveLength(1);
});

test("tables are listed by expression and in pages, and what is wrong is said in Athena's way", async () => {
  const client = athena();
  const asked = { CatalogName, DatabaseName };
  const names = (list: readonly { readonly Name?: string | undefined }[] | undefined) => list?.map(({ Name }) => Name);
  expect(names((await client.listTableMetadata({ ...asked, Expression: "LAR.*|no" })).TableMetadataList)).toEqual([
    "large",
  ]);
  const listed = await pages((token) => client.listTableMetadata({ ...asked, MaxResults: 1, ...token }));
  expect(listed.map((page) => names(page.TableMetadataList))).toEqual([["large"], ["small"]]);
  const { TableMetadata } = await client.getTableMetadata({ ...asked, TableName: "SMALL" });
  expect(TableMetadata).toMatchObject({
    ...{ Name: "small", TableType: "EXTERNAL_TABLE", Columns: [{ Name: "n", Type: "string" }], PartitionKeys: [] },
    Parameters: {
      location: "s3://lake/small",
      "serde.serialization.lib": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    },
  });
  await expect(client.listTableMetadata({ ...asked, Expression: "(" })).rejects.toMatchObject({
    name: "InvalidRequestException",
  });
  await expect(client.listTableMetadata({ ...asked, NextToken: "no token" })).rejects.toMatchObject({
    name: "InvalidRequestException",
  });
  await expect(client.listTableMetadata({ CatalogName, DatabaseName: "none" })).rejects.toMatchObject({
    ...{ name: "MetadataException", message: "Database none not found." },
  });
  await expect(client.listTableMetadata({ CatalogName: "hive", DatabaseName })).rejects.toThrow("Data catalog hive");
  await expect(client.listTableMetadata({ ...asked, MaxResults: 51 })).rejects.toThrow();
});

test("a query is stopped in each of its states", async () => {
  const client = athena();
  // More of them than there are engines.
  const ids = await Promise.all(Array.from({ length: 6 }, () => start(long)));
  for (;;) {
    const states = await Promise.all(ids.map(async (id) => (await found(id)).Status!.State));
    if (states.includes("RUNNING")) {
      expect(states).toContain("QUEUED");
      break;
    }
  }
  for (const QueryExecutionId of ids) await client.stopQueryExecution({ QueryExecutionId });
  for (const id of ids) {
    const { Statistics, Status } = await found(id);
    expect(Status).toMatchObject({ State: "CANCELLED", StateChangeReason: "Query cancelled by user" });
    expect(Status!.CompletionDateTime).toBeInstanceOf(Date);
    expect(Statistics!.TotalExecutionTimeInMillis).toBeGreaterThan(0);
  }
  for (const statement of ["SELECT 1 AS a", "SELECT nothing"]) {
    const before = await run(statement);
    await client.stopQueryExecution({ QueryExecutionId: before.QueryExecutionId! });
    expect(await found(before.QueryExecutionId!)).toEqual(before);
  }
  await expect(client.stopQueryExecution({ QueryExecutionId: "none" })).rejects.toMatchObject({
    name: "InvalidRequestException",
  });
});

test("a result is used again by age, text, parameters and group, whatever has become of the data", async () => {
  const { s3 } = clientsOf(server);
  await s3.putObject({ Bucket: "lake", Key: "reused/a.csv", Body: "1\n" });
  await done("CREATE EXTERNAL TABLE reused (n string) LOCATION 's3://lake/reused/'");
  const reuse = (MaxAgeInMinutes = 60) => ({
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes } },
  });
  const statement = "SELECT count(*) AS c FROM reused";
  const isReused = ({ Statistics }: QueryExecution) => Statistics!.ResultReuseInformation!.ReusedPreviousResult;
  expect(isReused(await done(statement))).toBe(false);
  await s3.putObject({ Bucket: "lake", Key: "reused/b.csv", Body: "2\n" });
  const again = await done(statement, reuse());
  expect([isReused(again), await rowsOf(again), again.Statistics!.DataScannedInBytes]).toEqual([true, ["c", "1"], 0]);
  expect(again.ResultReuseConfiguration).toEqual(reuse().ResultReuseConfiguration);
  expect(again.ResultConfiguration!.OutputLocation).toContain(again.QueryExecutionId);
  for (const [text, more] of [
    [statement, reuse(0)],
    [`${statement} -- otherwise written`, reuse()],
    [statement, { ...reuse(), WorkGroup: "listed" }],
  ] as const)
    expect([text, isReused(await done(text, more))]).toEqual([text, false]);
  await expect(run(statement, reuse(10_081))).rejects.toMatchObject({ name: "InvalidRequestException" });

  await done("PREPARE reusable FROM SELECT count(*) + ? AS c FROM reused");
  await done("EXECUTE reusable USING 10");
  expect(isReused(await done("EXECUTE reusable USING 10", reuse()))).toBe(true);
  expect(isReused(await done("EXECUTE reusable USING 11", reuse()))).toBe(false);
  await done("PREPARE reusable FROM SELECT count(*) - ? AS c FROM reused");
  const other = await done("EXECUTE reusable USING 10", reuse());
  expect([isReused(other), await rowsOf(other)]).toEqual([false, ["c", "-8"]]);

  const { Contents } = await s3.listObjectsV2({ Bucket: "lake", Prefix: "results/" });
  for (const { Key } of Contents!) await s3.deleteObject({ Bucket: "lake", Key });
  const gone = await done(statement, reuse());
  expect([isReused(gone), await rowsOf(gone)]).toEqual([false, ["c", "2"]]);
});

test("figures of a query are the same wherever they are told, and CloudWatch has them", async () => {
  const client = athena();
  const WorkGroup = "measured";
  await client.createWorkGroup({ Name: WorkGroup });
  const { QueryExecutionId, Statistics } = await done("SELECT n FROM small", { WorkGroup });
  const { QueryRuntimeStatistics } = await client.getQueryRuntimeStatistics({ QueryExecutionId: QueryExecutionId! });
  const { DataScannedInBytes, ResultReuseInformation: _, ...times } = Statistics!;
  expect(QueryRuntimeStatistics!.Timeline).toEqual(times);
  expect(QueryRuntimeStatistics!.Rows).toMatchObject({ InputBytes: DataScannedInBytes, OutputRows: 3 });
  expect(DataScannedInBytes).toBe(6);
  const { TotalExecutionTimeInMillis: total, ...parts } = times;
  const sum = Object.values(parts).reduce((all: number, one) => all + (one as number), 0);
  expect(total).toBeGreaterThanOrEqual(sum);
  await done("CREATE TABLE counted (n int) LOCATION 's3://lake/counted' TBLPROPERTIES ('table_type' = 'ICEBERG')");
  await done("INSERT INTO counted VALUES (1), (2), (3)");
  const ofIceberg = await done("SELECT sum(n) AS s FROM counted");
  const told = await client.getQueryRuntimeStatistics({ QueryExecutionId: ofIceberg.QueryExecutionId! });
  expect(told.QueryRuntimeStatistics!.Rows).toMatchObject({ InputRows: 3, OutputRows: 1 });
  const failed = await run("SELECT nothing FROM small", { WorkGroup });
  const ofFailed = await client.getQueryRuntimeStatistics({ QueryExecutionId: failed.QueryExecutionId! });
  expect(ofFailed.QueryRuntimeStatistics!.Timeline!.TotalExecutionTimeInMillis).toBeGreaterThanOrEqual(0);

  const cloudwatch = new CloudWatch(server.clientOptions);
  const dimensions = { QueryState: "SUCCEEDED", QueryType: "DML", WorkGroup };
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  for (;;) {
    const { Datapoints } = await cloudwatch.getMetricStatistics({
      ...{ Namespace: "AWS/Athena", MetricName: "ProcessedBytes", Dimensions, Period: 60, Statistics: ["Sum"] },
      ...{ StartTime: new Date(Date.now() - 600_000), EndTime: new Date(Date.now() + 60_000) },
    });
    if (Datapoints!.length === 0) continue;
    expect(Datapoints![0]).toMatchObject({ Sum: 6, Unit: "Bytes" });
    break;
  }
  const { Metrics } = await cloudwatch.listMetrics({ Namespace: "AWS/Athena", Dimensions });
  expect(Metrics!.map(({ MetricName }) => MetricName).sort()).toEqual([
    ...["EngineExecutionTime", "ProcessedBytes", "QueryPlanningTime", "QueryQueueTime", "ServicePreProcessingTime"],
    ...["ServiceProcessingTime", "TotalExecutionTime"],
  ]);
});

test("a manifest is read as rows, where a query wrote one", async () => {
  const written = await done("CREATE TABLE listed_files WITH (format = 'JSON') AS SELECT n FROM small");
  const manifest = await rowsOf(written, { QueryResultType: "DATA_MANIFEST" });
  expect(manifest).toHaveLength(1);
  expect(manifest[0]).toMatch(/^s3:\/\/lake\/.*/);
  const { bucket: Bucket, key: Key } = /^s3:\/\/(?<bucket>[^/]+)\/(?<key>.+)$/.exec(manifest[0]!)!.groups!;
  expect((await clientsOf(server).s3.headObject({ Bucket, Key })).ContentLength).toBeGreaterThan(0);
  await expect(rowsOf(await done("SELECT 1 AS a"), { QueryResultType: "DATA_MANIFEST" })).rejects.toThrow(
    "SELECT wrote no manifest",
  );
});
