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
