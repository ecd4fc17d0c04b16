import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import type { OpenEngine } from "../../engines/port.ts";
import { parseTrinoType } from "../../prep/sql/result-type.ts";
import { nativeFunctions } from "../../prep/sql/trino/native/native-functions.ts";
import { neededPrelude, settingsPrelude } from "../../prep/sql/trino/needed-prelude.ts";
import { csvLines } from "./csv-lines.ts";
import { valueText } from "./result-text.ts";
import { textQuery } from "./text-columns.ts";

const folder = mkdtempSync(join(tmpdir(), "sagebrush-lines-"));
let engine: OpenEngine;
beforeEach(async () => {
  const limits = { memoryBytes: 2 ** 29, spillBytes: 2 ** 30, threads: 2 };
  const places = { tables: folder, output: folder, spill: folder };
  engine = await duckdb.open({ ...limits, ...places, prelude: settingsPrelude, functions: nativeFunctions });
});
afterEach(() => engine.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

/** What each type is tried with, in DuckDB's words. */
const tried: Readonly<Record<string, readonly string[]>> = {
  boolean: ["true", "false"],
  tinyint: ["'-128'::TINYINT", "0::TINYINT"],
  bigint: ["9223372036854775807::BIGINT", "'-9223372036854775808'::BIGINT", "0"],
  "decimal(38,10)": ["-0.0000000001::DECIMAL(38,10)", "1234567890123456789012345678.5::DECIMAL(38,10)"],
  "decimal(5,0)": ["12::DECIMAL(5,0)"],
  varchar: ["''", "'a \"b\" c'", "'é,\n'", "'null'"],
  "char(3)": ["'a'", "''", "'abc'"],
  double: [
    ...["0.0::DOUBLE", "-0.0::DOUBLE", "0.001::DOUBLE", "0.00099999::DOUBLE", "9999999.999::DOUBLE", "1e7::DOUBLE"],
    ...["-12345678.9::DOUBLE", "1e-300::DOUBLE", "1.7976931348623157e308::DOUBLE", "'nan'::DOUBLE", "'inf'::DOUBLE"],
    ...["'-inf'::DOUBLE", "0.1::DOUBLE + 0.2::DOUBLE", "100::DOUBLE", "123456.7::DOUBLE", "5e-324::DOUBLE"],
  ],
  real: ["0.1::FLOAT", "16777216::FLOAT", "-1e-3::FLOAT", "3.4028235e38::FLOAT", "1234567.9::FLOAT", "'nan'::FLOAT"],
  date: ["DATE '2024-02-29'", "DATE '0001-01-01'", "DATE '0045-03-15 (BC)'", "DATE '12345-01-05'", "DATE '0090-12-31'"],
  "time(3)": ["TIME '00:00:00'", "TIME '23:59:59.999999'", "TIME '10:05:06.5'"],
  "time(0)": ["TIME '10:05:06.5'"],
  "timestamp(3)": [
    ...[
      "TIMESTAMP '2024-02-29 10:00:00'",
      "TIMESTAMP '1969-12-31 23:59:59.999999'",
      "TIMESTAMP '2024-01-01 00:00:00.05'",
    ],
    ...[
      "TIMESTAMP '9999-12-31 23:59:59.5'",
      "TIMESTAMP '12345-01-01 00:00:01'",
      "TIMESTAMP '0045-03-15 (BC) 10:00:00.25'",
    ],
  ],
  "timestamp(6)": ["TIMESTAMP '2024-02-29 10:00:00.000001'", "TIMESTAMP '2024-02-29 10:00:00.1'"],
  "timestamp(0)": ["TIMESTAMP '2024-02-29 10:00:00.9'"],
  unknown: ["NULL"],
};

test.each(Object.entries(tried))("the engine writes values of %s as they are shown", async (type, values) => {
  const sql = `SELECT * FROM (VALUES ${values.map((value) => `(${value})`).join(", ")}, (NULL)) AS t(c0)`;
  const columns = [{ name: "c0", type }];
  const { batches, columns: found } = await engine.rows({ sql, tables: [] }, never);
  let shown = "";
  for await (const batch of batches) shown += csvLines(batch, [valueText(found[0]!.type, parseTrinoType(type))]);
  const query = textQuery(sql, columns)!;
  const files = { format: "csv", compression: "none", delimiter: ",", quote: '"', partitionedBy: [] } as const;
  const name = type.replaceAll(/\W/g, "-");
  await engine.write(
    { sql: query, prelude: neededPrelude(query), tables: [] },
    { ...files, name, columns: [{ name: "c0" }] },
    never,
  );
  expect(readFileSync(join(folder, `${name}_0.csv`), "utf8")).toBe(shown);
});

test("of other types, and of plans, it writes no texts", () => {
  const texts = (...types: readonly string[]) =>
    textQuery(
      "SELECT 1",
      types.map((type) => ({ name: "c", type })),
    );
  expect(texts("bigint", "array(bigint)")).toBeUndefined();
  expect(texts("timestamp(3) with time zone")).toBeUndefined();
  expect(texts("varbinary")).toBeUndefined();
  expect(texts("timestamp(9)")).toBeUndefined();
  expect(textQuery("EXPLAIN SELECT 1", [{ name: "c", type: "varchar" }])).toBeUndefined();
});
