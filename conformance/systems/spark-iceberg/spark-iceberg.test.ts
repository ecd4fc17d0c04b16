import { expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { useServer } from "../../server.ts";
import { besideSpark } from "./beside-spark.ts";

const server = useServer();
const { athena, spark } = besideSpark(server);

test("Spark reads what Athena writes, writes beside it, and Athena reads that", {
  timeout: 900_000,
}, async (context) => {
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  await athena("CREATE DATABASE ice");
  await athena(`CREATE TABLE events (id bigint, word string, seen timestamp, who struct<first:string,age:int>, m map<string,int>)
    PARTITIONED BY (bucket(4, id), day(seen), truncate(1, word)) LOCATION 's3://lake/events' TBLPROPERTIES ('table_type' = 'ICEBERG')`);
  await athena(`INSERT INTO events SELECT n, 'w' || CAST(n AS varchar), TIMESTAMP '2026-01-01 10:00:00' + n * INTERVAL '1' DAY,
    CAST(ROW('f', n) AS row(first varchar, age integer)), MAP(ARRAY['k'], ARRAY[CAST(n AS integer)]) FROM UNNEST(sequence(1, 8)) AS t(n)`);
  await athena("UPDATE events SET word = 'new' WHERE id < 3");
  await athena("DELETE FROM events WHERE id = 8");
  await athena(`CREATE TABLE counts WITH (table_type = 'ICEBERG', is_external = false, location = 's3://lake/counts')
    AS SELECT n AS id, n % 3 AS k FROM UNNEST(sequence(1, 100)) AS t(n)`);
  await athena("DELETE FROM counts WHERE id % 10 = 0");

  const merge = "'write.delete.mode'='merge-on-read', 'write.update.mode'='merge-on-read'";
  const first = await spark(
    context,
    "SELECT id, word, seen, who.age, m['k'] FROM lake.ice.events WHERE id < 4 ORDER BY id",
    "SELECT id FROM lake.ice.events WHERE id = 5 AND word LIKE 'w%' AND seen >= TIMESTAMP '2026-01-02 00:00:00'",
    "SELECT count(*), sum(id) FROM lake.ice.counts",
    `ALTER TABLE lake.ice.counts SET TBLPROPERTIES (${merge})`,
    "DELETE FROM lake.ice.counts WHERE id IN (1, 2)",
    "UPDATE lake.ice.counts SET k = 99 WHERE id = 3",
    "ALTER TABLE lake.ice.counts RENAME COLUMN k TO kk",
    "INSERT INTO lake.ice.counts VALUES (1000, 7)",
    "CALL lake.system.rewrite_manifests('ice.events')",
    "CREATE TABLE lake.ice.moments (id bigint, at timestamp, s string) USING iceberg PARTITIONED BY (hours(at), bucket(8, s)) LOCATION 's3://lake/moments'",
    "INSERT INTO lake.ice.moments VALUES (1, TIMESTAMP '2026-01-01 01:02:03.123456', 'x'), (2, NULL, NULL)",
  );
  expect(first.slice(0, 3)).toEqual([
    [
      ["1", "new", "2026-01-02 10:00:00", "1", "1"],
      ["2", "new", "2026-01-03 10:00:00", "2", "2"],
      ["3", "w3", "2026-01-04 10:00:00", "3", "3"],
    ],
    [["5"]],
    [["90", "4500"]],
  ]);

  expect(await athena("SELECT count(*), sum(id) FROM counts")).toEqual([["89", "5497"]]);
  expect(await athena("SELECT id, kk FROM counts WHERE id IN (3, 1000) ORDER BY id")).toEqual([
    ["3", "99"],
    ["1000", "7"],
  ]);
  expect(await athena("SELECT count(*) FROM events")).toEqual([["7"]]);
  expect(await athena("SELECT at, s FROM moments ORDER BY id")).toEqual([
    ["2026-01-01 01:02:03.123456 UTC", "x"],
    [undefined, undefined],
  ]);
  await athena("UPDATE moments SET s = 'y' WHERE id = 1");
  await athena("DELETE FROM counts WHERE id = 5");
  await athena("OPTIMIZE counts REWRITE DATA USING BIN_PACK");

  const second = await spark(
    context,
    "SELECT count(*), sum(id) FROM lake.ice.counts",
    "SELECT count(*) FROM lake.ice.moments WHERE s = 'y' AND at >= TIMESTAMP '2026-01-01 01:00:00'",
  );
  expect(second).toEqual([[["88", "5492"]], [["1"]]]);
});
