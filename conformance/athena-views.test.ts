import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { useServer } from "./server.ts";
import { shopQueries } from "./shop-queries.ts";

const server = useServer();

const { reason, rows } = shopQueries(server);

beforeAll(async () => {
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  await rows("CREATE DATABASE shop");
  await rows("CREATE TABLE ice (n int) LOCATION 's3://lake/ice/' TBLPROPERTIES ('table_type' = 'ICEBERG')");
  await rows("INSERT INTO ice VALUES (1), (2)");
  await rows("CREATE TABLE hive AS SELECT 5 AS n");
  await rows("CREATE VIEW seen AS SELECT n FROM ice");
}, 60_000);

test("a table is not dropped as a view, nor a view as a table", async () => {
  expect(await reason("DROP VIEW ice")).toMatch(/Cannot drop a base table with DROP VIEW: shop\.ice is a table/);
  expect(await reason("DROP VIEW IF EXISTS hive")).toMatch(/Cannot drop a base table with DROP VIEW/);
  expect(await reason("DROP TABLE seen")).toMatch(/Cannot drop a view with DROP TABLE: shop\.seen is a view/);
  expect(await rows("SELECT n FROM seen ORDER BY n")).toEqual([["n"], ["1"], ["2"]]);
  expect(await rows("SELECT n FROM hive")).toEqual([["n"], ["5"]]);
});

test("a view is not changed as a table is", async () => {
  expect(await reason("ALTER TABLE seen ADD COLUMNS (m int)")).toMatch(/Cannot alter a view with ALTER TABLE/);
  expect(await reason("INSERT INTO seen VALUES (3)")).toBe(
    "NOT_SUPPORTED: line 1:13: Inserting into views is not supported: shop.seen",
  );
});

test("a view that would stand on itself is refused, and stays as it was", async () => {
  await rows("CREATE VIEW again AS SELECT n FROM seen");
  const words = /^INVALID_VIEW: line 1:1: Statement would create a recursive view: /;
  expect(await reason("CREATE OR REPLACE VIEW seen AS SELECT * FROM seen")).toMatch(words);
  expect(await reason('CREATE OR REPLACE VIEW "shop".seen AS SELECT * FROM again')).toMatch(words);
  expect(await rows("SELECT count(*) AS c FROM again")).toEqual([["c"], ["2"]]);
});
