import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { filesSource, rowsOfFlow } from "./flow-rows.fixture.ts";

/** Rows of a Parquet file that DuckDB writes of a query. */
async function rowsOf(query: string): Promise<readonly unknown[][]> {
  const folder = mkdtempSync(join(tmpdir(), "exact-columns-"));
  try {
    const file = join(folder, "rows.parquet");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(`COPY (${query}) TO '${file}' (FORMAT parquet)`);
    connection.closeSync();
    const files = { "s/rows.parquet": readFileSync(file) };
    return (await rowsOfFlow([filesSource("s", { s3ContentType: "parquet" })], files)).rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A column `x` of a type with these values. */
const column = (type: string, ...values: readonly (string | null)[]): string =>
  `SELECT CAST(x AS ${type}) AS x FROM (VALUES ${values.map((one, at) => `(${at}, ${one === null ? "NULL" : `'${one}'`})`).join(", ")}) AS t (place, x) ORDER BY place`;

test.each<readonly [string, string, readonly (string | null)[], readonly unknown[]]>([
  ["wholes of few digits", "DECIMAL(10, 0)", ["1", null, "9999999999"], [1, null, 9_999_999_999]],
  ["wholes of 18 digits", "DECIMAL(18, 0)", ["123456789012345678", "5"], [123456789012345678n, 5]],
  ["wholes of many that are small", "DECIMAL(38, 0)", ["7", null, "-3"], [7, null, -3]],
  [
    "wholes past 64 bits",
    "DECIMAL(38, 0)",
    ["12345678901234567890123", null, "12345678901234567890124"],
    ["12345678901234567890123", null, "12345678901234567890124"],
  ],
  ["unsigned wholes that are small", "UBIGINT", ["0", "9223372036854775807"], [0, 9223372036854775807n]],
  [
    "unsigned wholes past 63 bits",
    "UBIGINT",
    ["18446744073709551615", "18446744073709551614"],
    ["18446744073709551615", "18446744073709551614"],
  ],
  ["money", "DECIMAL(18, 2)", ["1.50", null, "-12345678.90"], [1.5, null, -12_345_678.9]],
  ["a few digits of many", "DECIMAL(38, 18)", ["0.1", "1234.5678"], [0.1, 1234.5678]],
  ["small ones, which a double writes with an exponent", "DECIMAL(38, 10)", ["0.0000001", "100"], [1e-7, 100]],
  [
    "more digits than a double holds",
    "DECIMAL(38, 10)",
    ["12345678901234567890.1", null, "12345678901234567890.2"],
    ["12345678901234567890.1000000000", null, "12345678901234567890.2000000000"],
  ],
  [
    "money of more digits than a double holds",
    "DECIMAL(20, 2)",
    ["123456789012345678.01", "0.00"],
    ["123456789012345678.01", "0.00"],
  ],
  [
    "lists of wide decimals",
    "DECIMAL(38, 2)[]",
    ["[123456789012345678.01, 1.00]"],
    [["123456789012345678.01", "1.00"]],
  ],
])("%s keep their digits", async (_, type, values, expected) => {
  expect((await rowsOf(column(type, ...values))).map(([value]) => value)).toEqual(expected);
});

test("each column is judged by itself, whatever its name", async () => {
  const rows = await rowsOf(
    `SELECT 18446744073709551615::UBIGINT AS "a ""b", 2::HUGEINT AS "lost0", 3::UBIGINT AS c, 'x' AS d`,
  );
  expect(rows).toEqual([["18446744073709551615", 2, 3, "x"]]);
});
