import { Glue } from "@aws-sdk/client-glue";
import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { useServer } from "./server.ts";
import { shopQueries } from "./shop-queries.ts";

const server = useServer();

const { reason, rows } = shopQueries(server);

beforeAll(async () => {
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  await rows("CREATE DATABASE shop");
  await rows(
    "CREATE EXTERNAL TABLE logs (n int) PARTITIONED BY (day date, hour int) STORED AS PARQUET LOCATION 's3://lake/logs/'",
  );
  const specs = ["01", "02", "03"].flatMap((day) => [1, 2].map((hour) => `(day = '2024-01-${day}', hour = ${hour})`));
  await rows(`ALTER TABLE logs ADD ${specs.map((spec) => `PARTITION ${spec}`).join(" ")}`);
}, 60_000);

test("the values of a table's partitions are rows", async () => {
  expect(await rows(`SELECT * FROM "logs$partitions" WHERE hour = 2 ORDER BY day DESC LIMIT 2`)).toEqual([
    ["day", "hour"],
    ["2024-01-03", "2"],
    ["2024-01-02", "2"],
  ]);
  await rows("ALTER TABLE logs ADD PARTITION (day = '__HIVE_DEFAULT_PARTITION__', hour = 3)");
  expect(await rows(`SELECT count(*) AS c, count(day) AS days, max(hour) AS h FROM shop."logs$partitions"`)).toEqual([
    ["c", "days", "h"],
    ["7", "6", "3"],
  ]);
  await rows("ALTER TABLE logs DROP PARTITION (hour = 3)");
});

test("partitions are dropped by some of their keys, and by comparisons", async () => {
  await rows("ALTER TABLE logs DROP PARTITION (day <= '2024-01-02', hour < 2), PARTITION (day = '2024-01-03')");
  expect(await rows("SHOW PARTITIONS logs")).toEqual([["day=2024-01-01/hour=2"], ["day=2024-01-02/hour=2"]]);
  expect(await reason("ALTER TABLE logs DROP PARTITION (hour = 9)")).toMatch(/Partition not found/);
  expect(await reason("ALTER TABLE logs DROP IF EXISTS PARTITION (hour > 9)")).toBe(undefined);
  expect(await reason("ALTER TABLE logs DROP PARTITION (minute = 1)")).toMatch(/named by the values of day, hour/);
});

test("a partition's folder is called as Hive calls it", async () => {
  await rows(
    "CREATE EXTERNAL TABLE times (n int) PARTITIONED BY (at string) STORED AS PARQUET LOCATION 's3://lake/times'",
  );
  await rows("ALTER TABLE times ADD PARTITION (at = '2024-01-01 10:00/b')");
  const { Partitions } = await new Glue(server.clientOptions).getPartitions({
    DatabaseName: "shop",
    TableName: "times",
  });
  expect(Partitions!.map(({ StorageDescriptor, Values }) => [Values, StorageDescriptor!.Location])).toEqual([
    [["2024-01-01 10:00/b"], "s3://lake/times/at=2024-01-01 10%3A00%2Fb/"],
  ]);
});

test("sixty partitions are read as one is, also where some are called otherwise or lie elsewhere", async () => {
  for (const [table, key] of Object.entries({ numbered: "i", texts: "'v ' || CAST(i AS varchar)" })) {
    await rows(
      `CREATE TABLE ${table} WITH (format = 'PARQUET', external_location = 's3://lake/${table}/', partitioned_by = ARRAY['k'])
       AS SELECT i * 10 AS n, ${key} AS k FROM UNNEST(sequence(1, 60)) AS t(i)`,
    );
    const sums = `SELECT count(*) AS c, sum(n) AS s, count(DISTINCT "$partition") AS p FROM ${table}`;
    expect(await rows(sums)).toEqual([
      ["c", "s", "p"],
      ["60", "18300", "60"],
    ]);
    await clientsOf(server).s3.putObject({ Bucket: "lake", Key: `${table}/_not/a`, Body: "no rows" });
    const [one, seven] = table === "texts" ? ["'v 1'", "'v 7'"] : ["1", "7"];
    await rows(`ALTER TABLE ${table} DROP PARTITION (k = ${one})`);
    const folder = encodeURIComponent(seven.replaceAll("'", ""));
    await rows(`ALTER TABLE ${table} ADD PARTITION (k = ${one}) LOCATION 's3://lake/${table}/k=${folder}/'`);
    expect(await rows(`${sums} WHERE n = 70`)).toEqual([
      ["c", "s", "p"],
      ["2", "140", "2"],
    ]);
    expect((await rows(sums))[1]).toEqual(["60", "18360", "60"]);
  }
}, 180_000);
