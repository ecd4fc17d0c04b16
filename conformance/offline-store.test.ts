import { Glue } from "@aws-sdk/client-glue";
import { expect, test } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import {
  featureBucket,
  featureRole,
  hourOf,
  makeBucket,
  makeClicks,
  offlineOf,
  putClick,
  recordsOf,
  rowsOf,
} from "./feature-groups.ts";
import { useServer } from "./server.ts";

const server = useServer();

const keysBelow = async (prefix: string) =>
  ((await clientsOf(server).s3.listObjectsV2({ Bucket: featureBucket, Prefix: prefix })).Contents ?? []).map(
    ({ Key }) => Key!.slice(prefix.length + 1),
  );

const fileNames = {
  Glue: /^year=2026\/month=01\/day=31\/hour=\d\d\/\d{8}T\d{6}Z_[0-9A-Za-z]{16}\.parquet$/,
  Iceberg: /^[0-9a-z]{8}\/time_trunc=2026-01-31\/\d{8}T\d{6}Z_[0-9A-Za-z]{16}\.parquet$/,
};

test.each(["Glue", "Iceberg"] as const)(
  "every write is in the table of %s within seconds, by its event time",
  async (format) => {
    const name = `clicks-${format}`;
    const { catalog, prefix, table } = await makeClicks(server, name, { TableFormat: format });
    expect(catalog).toMatchObject({ Catalog: "AwsDataCatalog", Database: "sagemaker_featurestore" });
    expect(await rowsOf(server, `SELECT count(*) FROM ${table}`)).toEqual([["0"]]);
    await putClick(server, name, { Id: "a", time: hourOf(8), clicks: "9007199254740993", share: "0.5" });
    await putClick(server, name, { Id: "b", time: hourOf(9), clicks: "2" });
    await putClick(server, name, { Id: "a", time: hourOf(7), clicks: "1" });
    await recordsOf(server).deleteRecord({
      ...{ FeatureGroupName: name, RecordIdentifierValueAsString: "b", EventTime: hourOf(10) },
    });
    const rows = () => rowsOf(server, `SELECT id, time, clicks, share, is_deleted FROM ${table} ORDER BY time`);
    await expect.poll(async () => (await rows()).length, patience).toBe(4);
    expect(await rows()).toEqual([
      ["a", hourOf(7), "1", undefined, "false"],
      ["a", hourOf(8), "9007199254740993", "0.5", "false"],
      ["b", hourOf(9), "2", undefined, "false"],
      ["b", hourOf(10), undefined, undefined, "true"],
    ]);
    for (const key of await keysBelow(prefix)) expect(key).toMatch(fileNames[format]);
    if (format === "Iceberg") return;
    const { Partitions } = await new Glue(server.clientOptions).getPartitions({
      ...{ DatabaseName: catalog.Database!, TableName: catalog.TableName! },
    });
    expect(Partitions!.map(({ Values }) => Values!.join("-")).sort()).toEqual(
      ["07", "08", "09", "10"].map((hour) => `2026-01-31-${hour}`),
    );
    const times = `SELECT count(*) FROM ${table} WHERE hour = '08' AND write_time >= api_invocation_time`;
    expect(await rowsOf(server, times)).toEqual([["1"]]);
  },
);

test("small files of an hour, or of a day of Iceberg, become one, and the rows stay", async () => {
  const [small, frosted] = await Promise.all([
    makeClicks(server, "small"),
    makeClicks(server, "frosted", { TableFormat: "Iceberg" }),
  ]);
  const counted = ({ table }: typeof small) => rowsOf(server, `SELECT count(*), count(DISTINCT id) FROM ${table}`);
  // A file each: the next write waits until this one is seen in both tables.
  for (let n = 1; n <= 10; n++) {
    for (const group of ["small", "frosted"])
      await putClick(server, group, { Id: String(n), time: hourOf(8, n), clicks: String(n) });
    for (const group of [small, frosted])
      await expect.poll(async () => (await counted(group))[0]![1], patience).toBe(String(n));
  }
  await expect.poll(async () => (await keysBelow(small.prefix)).length, patience).toBeLessThan(5);
  const files = `SELECT count(*) FROM ${frosted.table.replace(/"$/, '$files"')}`;
  await expect.poll(async () => Number((await rowsOf(server, files))[0]![0]), patience).toBeLessThan(5);
  for (const group of [small, frosted]) expect(await counted(group)).toEqual([["10", "10"]]);
});

test("a feature that is added later is a column of both formats", async () => {
  const { sagemaker } = clientsOf(server);
  for (const TableFormat of ["Glue", "Iceberg"]) {
    const name = `grows-${TableFormat}`;
    const { table } = await makeClicks(server, name, { TableFormat });
    await putClick(server, name, { Id: "a", time: hourOf(8), clicks: "1" });
    await sagemaker.updateFeatureGroup({
      ...{ FeatureGroupName: name, FeatureAdditions: [{ FeatureName: "Late", FeatureType: "Fractional" }] },
    });
    await putClick(server, name, { Id: "b", time: hourOf(9), Late: "2.5" });
    await expect
      .poll(() => rowsOf(server, `SELECT id, late FROM ${table} ORDER BY id`).catch(String), patience)
      .toEqual([
        ["a", undefined],
        ["b", "2.5"],
      ]);
  }
});

test("kill -9 while writes come: every write that was acknowledged is there once", { timeout: 300_000 }, async () => {
  const { table } = await makeClicks(server, "killed");
  const acknowledged = new Set<string>();
  let next = 0;
  for (let kill = 0; kill < 4; kill++) {
    let isKilled = false;
    const writers = Array.from({ length: 4 }, async () => {
      while (!isKilled) {
        const Id = String(next++);
        await putClick(server, "killed", { Id, time: hourOf(next % 3), clicks: Id }).then(
          () => acknowledged.add(Id),
          () => {},
        );
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 1_500 + 400 * kill));
    await server.kill();
    isKilled = true;
    await Promise.all(writers);
    await server.start();
  }
  const list = async () => {
    const counts = `SELECT count(*), count(DISTINCT id), count_if(CAST(clicks AS varchar) <> id) FROM ${table}`;
    return (await rowsOf(server, counts))[0]!.map(Number);
  };
  // A write that was under way when the server was killed may have been accepted all the same.
  await expect.poll(async () => (await list())[0], patience).toBeGreaterThanOrEqual(acknowledged.size);
  const [rows, ids, wrong] = await list();
  expect([rows, wrong]).toEqual([ids, 0]);
  expect(ids! - acknowledged.size).toBeLessThanOrEqual(16);
});

test("a bucket that vanished blocks the offline store alone, and the rest catches up when it is back", async () => {
  const { s3, sagemaker } = clientsOf(server);
  const [FeatureGroupName, Bucket] = ["blocked", "vanishing"];
  await makeBucket(server, Bucket);
  await makeClicks(server, FeatureGroupName, { S3StorageConfig: { S3Uri: `s3://${Bucket}` } });
  const offline = async () => (await sagemaker.describeFeatureGroup({ FeatureGroupName })).OfflineStoreStatus;
  await s3.deleteBucket({ Bucket });
  await putClick(server, FeatureGroupName, { Id: "a", time: hourOf(8) });
  await expect.poll(async () => (await offline())?.Status, patience).toBe("Blocked");
  expect((await offline())!.BlockedReason).toContain("bucket");
  await putClick(server, FeatureGroupName, { Id: "b", time: hourOf(9) });
  const { Record } = await recordsOf(server).getRecord({ FeatureGroupName, RecordIdentifierValueAsString: "b" });
  expect(Record).toHaveLength(2);
  await makeBucket(server, Bucket);
  await expect.poll(async () => (await offline())?.Status, patience).toBe("Active");
  const { table } = await offlineOf(server, FeatureGroupName);
  await expect.poll(() => rowsOf(server, `SELECT id FROM ${table} ORDER BY 1`), patience).toEqual([["a"], ["b"]]);
});

test("a group whose bucket is not there is not made, and says why", async () => {
  const { sagemaker } = clientsOf(server);
  const FeatureGroupName = "nowhere";
  await sagemaker.createFeatureGroup({
    ...{ FeatureGroupName, RecordIdentifierFeatureName: "Id", EventTimeFeatureName: "time" },
    FeatureDefinitions: ["Id", "time"].map((FeatureName) => ({ FeatureName, FeatureType: "String" as const })),
    OfflineStoreConfig: { S3StorageConfig: { S3Uri: "s3://no-such-bucket-here" } },
    RoleArn: await featureRole(server),
  });
  const described = () => sagemaker.describeFeatureGroup({ FeatureGroupName });
  await expect.poll(async () => (await described()).FeatureGroupStatus, patience).toBe("CreateFailed");
  expect((await described()).FailureReason).toContain("no-such-bucket-here");
});
