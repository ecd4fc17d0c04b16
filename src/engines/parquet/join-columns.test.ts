import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { joinColumns } from "./join-columns.ts";

const folder = mkdtempSync(join(tmpdir(), "join-columns-"));
let instance: DuckDBInstance;
let connection: Awaited<ReturnType<DuckDBInstance["connect"]>>;

beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
const place = (name: string) => join(folder, name);
const write = (name: string, sql: string, options = "") =>
  connection.run(`COPY (${sql}) TO '${place(name)}' (FORMAT parquet${options})`);

test("columns of several files become one file with the same values, types, nulls and statistics", async () => {
  const from = "FROM range(10000) AS numbers(n)";
  const parts = [
    `SELECT n AS "order", 'c' || n % 7 AS customer, n % 3 = 0 AS flag ${from}`,
    `SELECT CASE WHEN n % 5 = 0 THEN NULL ELSE n / 7.0 END AS f0, [n, NULL, n + 1] AS list, {'a': n, 'b': {'c': 'x' || n}} AS nested ${from}`,
    `SELECT make_timestamp(n * 1000000) AS moment, NULL::BIGINT AS nothing, CAST(n AS DECIMAL(20, 2)) AS money ${from}`,
  ];
  const options = ", ROW_GROUP_SIZE 4096, COMPRESSION snappy";
  await write(
    "whole.parquet",
    `SELECT * FROM (${parts[0]}) POSITIONAL JOIN (${parts[1]}) POSITIONAL JOIN (${parts[2]})`,
  );
  for (const [index, sql] of parts.entries()) await write(`${index}.parquet`, sql, options);
  joinColumns(
    [0, 1, 2].map((index) => place(`${index}.parquet`)),
    place("joined.parquet"),
  );

  const described = (file: string) =>
    rows(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${place(file)}')`);
  expect(await described("joined.parquet")).toEqual(await described("whole.parquet"));
  const sorted = (file: string) => rows(`SELECT sum(hash(whole)), count(*) FROM '${place(file)}' AS whole`);
  expect(await sorted("joined.parquet")).toEqual(await sorted("whole.parquet"));
  expect(
    await rows(`SELECT DISTINCT row_group_num_rows FROM parquet_metadata('${place("joined.parquet")}')`),
  ).toHaveLength(2);
  // A filter goes by statistics and Bloom filters.
  expect(
    await rows(`SELECT "order", moment FROM '${place("joined.parquet")}' WHERE customer = 'c3' AND "order" > 9990`),
  ).toEqual([
    ["9992", "1970-01-01 02:46:32"],
    ["9999", "1970-01-01 02:46:39"],
  ]);
  expect(readdirSync(folder).filter((name) => /^\d/.test(name))).toEqual([]);
});

test("no rows are no rows", async () => {
  await write("none-a.parquet", "SELECT 1 AS a WHERE false");
  await write("none-b.parquet", "SELECT 'x' AS b WHERE false");
  joinColumns([place("none-a.parquet"), place("none-b.parquet")], place("none.parquet"));
  expect(await rows(`SELECT a, b FROM '${place("none.parquet")}'`)).toEqual([]);
});

test("files of other numbers of rows are refused, and what is no Parquet is named", async () => {
  await write("two.parquet", "SELECT unnest([1, 2]) AS a");
  await write("three.parquet", "SELECT unnest([1, 2, 3]) AS b");
  expect(() => joinColumns([place("two.parquet"), place("three.parquet")], place("no.parquet"))).toThrow(
    `${place("three.parquet")} has row groups of 3 rows, and ${place("two.parquet")} of 2.`,
  );
  await connection.run(
    `COPY (SELECT 'some words that are no file of the kind' AS a) TO '${place("text.parquet")}' (FORMAT csv)`,
  );
  expect(() => joinColumns([place("text.parquet")], place("no.parquet"))).toThrow("text.parquet is no Parquet file.");
});
