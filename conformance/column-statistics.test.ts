import { Athena } from "@aws-sdk/client-athena";
import { type ColumnStatisticsTaskRun, Glue } from "@aws-sdk/client-glue";
import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const glue = () => new Glue(server.clientOptions);
const Role = "arn:aws:iam::123456789012:role/Statistician";
const DatabaseName = "counted";
const of = { DatabaseName, TableName: "things" };

async function run(QueryString: string): Promise<void> {
  const athena = new Athena(server.clientOptions);
  const { QueryExecutionId } = await athena.startQueryExecution({
    ...{ QueryString, QueryExecutionContext: { Database: DatabaseName } },
    ResultConfiguration: { OutputLocation: "s3://lake/results/" },
  });
  for (;;) {
    const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId: QueryExecutionId! });
    const { State, StateChangeReason } = QueryExecution!.Status!;
    if (State === "QUEUED" || State === "RUNNING") continue;
    return expect([QueryString, StateChangeReason]).toEqual([QueryString, undefined]);
  }
}

/** A run, once it has ended. */
async function ended(ColumnStatisticsTaskRunId: string | undefined): Promise<ColumnStatisticsTaskRun> {
  for (;;) {
    const { ColumnStatisticsTaskRun } = await glue().getColumnStatisticsTaskRun({ ColumnStatisticsTaskRunId });
    if (!["STARTING", "RUNNING"].includes(ColumnStatisticsTaskRun!.Status!)) return ColumnStatisticsTaskRun!;
  }
}

beforeAll(async () => {
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  await run(`CREATE DATABASE ${DatabaseName}`);
  await run(`CREATE EXTERNAL TABLE things (n int, big bigint, share double, price decimal(10,2), name string, code binary, day date, ok boolean, tags array<string>)
    PARTITIONED BY (region string) STORED AS PARQUET LOCATION 's3://lake/things/'`);
  await run(`INSERT INTO things VALUES
    (1, 10, 0.5, DECIMAL '-12.50', 'a', X'0102', DATE '2024-01-05', true, ARRAY['x'], 'eu'),
    (2, NULL, 1.5, DECIMAL '300.25', 'bcd', X'01', DATE '2023-06-01', false, NULL, 'eu'),
    (2, 30, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'us')`);
}, 60_000);

test("a run works out the statistics of a table's columns and keeps them", { timeout: 60_000 }, async () => {
  const { ColumnStatisticsTaskRunId } = await glue().startColumnStatisticsTaskRun({ ...of, Role });
  const done = await ended(ColumnStatisticsTaskRunId);
  expect([done.Status, done.ErrorMessage]).toEqual(["SUCCEEDED", undefined]);
  expect(done).toMatchObject({ ...of, Role, Status: "SUCCEEDED", CustomerId: "123456789012", SampleSize: 100 });
  const names = ["n", "big", "share", "price", "name", "code", "day", "ok", "region"];
  expect(done.ColumnNameList).toEqual(names);
  expect(done.EndTime!.getTime()).toBeGreaterThanOrEqual(done.StartTime!.getTime());
  const { ColumnStatisticsList, Errors } = await glue().getColumnStatisticsForTable({ ...of, ColumnNames: names });
  expect(Errors ?? []).toEqual([]);
  const data = new Map(ColumnStatisticsList!.map(({ ColumnName, StatisticsData }) => [ColumnName, StatisticsData]));
  expect(data.get("n")).toEqual({
    Type: "LONG",
    LongColumnStatisticsData: { MinimumValue: 1, MaximumValue: 2, NumberOfNulls: 0, NumberOfDistinctValues: 2 },
  });
  expect(data.get("big")!.LongColumnStatisticsData).toMatchObject({ MaximumValue: 30, NumberOfNulls: 1 });
  expect(data.get("share")!.DoubleColumnStatisticsData).toEqual({
    ...{ MinimumValue: 0.5, MaximumValue: 1.5, NumberOfNulls: 1, NumberOfDistinctValues: 2 },
  });
  const price = data.get("price")!.DecimalColumnStatisticsData!;
  const unscaled = ({ UnscaledValue }: { readonly UnscaledValue: Uint8Array | undefined }) =>
    BigInt.asIntN(8 * UnscaledValue!.length, BigInt(`0x${Buffer.from(UnscaledValue!).toString("hex")}`));
  expect([unscaled(price.MinimumValue!), price.MinimumValue!.Scale]).toEqual([-1250n, 2]);
  expect([unscaled(price.MaximumValue!), price.MaximumValue!.Scale]).toEqual([30025n, 2]);
  expect(data.get("name")!.StringColumnStatisticsData).toEqual({
    ...{ MaximumLength: 3, AverageLength: 2, NumberOfNulls: 1, NumberOfDistinctValues: 2 },
  });
  expect(data.get("code")!.BinaryColumnStatisticsData).toEqual({
    ...{ MaximumLength: 2, AverageLength: 1.5, NumberOfNulls: 1 },
  });
  expect(data.get("day")!.DateColumnStatisticsData).toMatchObject({
    ...{ MinimumValue: new Date("2023-06-01T00:00:00Z"), MaximumValue: new Date("2024-01-05T00:00:00Z") },
  });
  expect(data.get("ok")!.BooleanColumnStatisticsData).toEqual({
    ...{ NumberOfTrues: 1, NumberOfFalses: 1, NumberOfNulls: 1 },
  });
  expect(data.get("region")!.StringColumnStatisticsData).toMatchObject({ NumberOfDistinctValues: 2 });
  const { Contents = [] } = await clientsOf(server).s3.listObjectsV2({ Bucket: "lake", Prefix: "things/_" });
  expect(Contents).toEqual([]);

  const again = await glue().startColumnStatisticsTaskRun({ ...of, Role: "Statistician", ColumnNameList: ["N"] });
  expect((await ended(again.ColumnStatisticsTaskRunId)).ColumnNameList).toEqual(["n"]);
  const runs = await glue().getColumnStatisticsTaskRuns({ ...of, MaxResults: 1 });
  expect(runs.ColumnStatisticsTaskRuns).toMatchObject([{ ColumnStatisticsTaskRunId: again.ColumnStatisticsTaskRunId }]);
  const { ColumnStatisticsTaskRunIds } = await glue().listColumnStatisticsTaskRuns({});
  expect(ColumnStatisticsTaskRunIds).toEqual([again.ColumnStatisticsTaskRunId, ColumnStatisticsTaskRunId]);
});

test("what cannot be run is said", { timeout: 60_000 }, async () => {
  const start = (more: object) => glue().startColumnStatisticsTaskRun({ ...of, Role, ...more });
  await expect(start({ TableName: "none" })).rejects.toMatchObject({ name: "EntityNotFoundException" });
  await expect(start({ ColumnNameList: ["none"] })).rejects.toMatchObject({ name: "EntityNotFoundException" });
  await expect(start({ ColumnNameList: ["tags"] })).rejects.toMatchObject({ name: "InvalidInputException" });
  await expect(start({ SampleSize: 10 })).rejects.toThrow(/SampleSize 10/);
  await expect(glue().stopColumnStatisticsTaskRun(of)).rejects.toMatchObject({
    name: "ColumnStatisticsTaskNotRunningException",
  });
  await expect(
    glue().getColumnStatisticsTaskRun({ ColumnStatisticsTaskRunId: "00000000-0000-0000-0000-000000000000" }),
  ).rejects.toMatchObject({ name: "EntityNotFoundException" });
  await clientsOf(server).s3.putObject({ Bucket: "lake", Key: "things/region=eu/broken", Body: "no Parquet" });
  const begun = await Promise.allSettled(Array.from({ length: 6 }, () => start({})));
  const [first, ...more] = begun.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(more).toEqual([]);
  const { ColumnStatisticsTaskRunId } = first!;
  for (const one of begun)
    if (one.status === "rejected") expect(one.reason.name).toBe("ColumnStatisticsTaskRunningException");
  const done = await ended(ColumnStatisticsTaskRunId);
  expect([done.Status, done.ErrorMessage]).toEqual(["FAILED", expect.stringMatching(/broken/)]);
  const stopped = await start({});
  await glue().stopColumnStatisticsTaskRun(of);
  expect((await ended(stopped.ColumnStatisticsTaskRunId)).Status).toBe("STOPPED");
});
