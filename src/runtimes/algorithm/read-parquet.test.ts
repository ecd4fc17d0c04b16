import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DataError } from "../../ml/data/data-error.ts";
import { readParquet } from "./read-parquet.ts";

let folder: string;
let writer: DuckDBConnection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "parquet-"));
  writer = await (await DuckDBInstance.create(":memory:")).connect();
});
afterAll(() => {
  writer.closeSync();
  rmSync(folder, { recursive: true });
});

/** Writes the rows of a query as a Parquet file and returns the file. */
async function written(name: string, query: string, options = "") {
  await writer.run(`copy (${query}) to '${join(folder, name)}' (format parquet ${options})`);
  return { path: join(folder, name), source: { channel: "train", file: name } };
}
const gibibyte = 1024 ** 3;

it("reads numbers of every type, the label first, and a null as a missing value", async () => {
  const types = ["boolean", "tinyint", "ubigint", "hugeint", "decimal(9, 2)", "float", "double"];
  const columns = types.map((type, index) => `case when i = 1 then null else i::${type} end as c${index}`);
  const file = await written("types.parquet", `select i as label, ${columns.join(", ")} from range(3) rows(i)`);
  const { features, labels, placeOf } = await readParquet([file], gibibyte);
  expect([...labels]).toEqual([0, 1, 2]);
  expect(features).toMatchObject({ rows: 3, columns: types.length });
  const [first, second, third] = [0, 1, 2].map((row) => [...features.values.subarray(row * 7, row * 7 + 7)]);
  expect(first).toEqual(Array(7).fill(0));
  expect(second).toEqual(Array(7).fill(Number.NaN));
  expect(third).toEqual([1, 2, 2, 2, 2, 2, 2]);
  expect(placeOf(2)).toEqual({ channel: "train", file: "types.parquet", line: 3, unit: "record" });
});

it("reads the files in order, empty ones and those with pattern characters in their names too", async () => {
  const query = (from: number, to: number) => `select i as y, i + 1 as x from range(${from}, ${to}) rows(i)`;
  const files = [
    await written("a[1]*?.parquet", query(0, 5_000), ", compression zstd"),
    await written("b.parquet", query(0, 0)),
    await written("c.parquet", query(5_000, 9_000), ", row_group_size 2048, compression snappy"),
  ];
  const { labels, features, placeOf } = await readParquet(files, gibibyte);
  expect([...labels]).toEqual(Array.from({ length: 9_000 }, (_, row) => row));
  expect([...features.values]).toEqual(Array.from({ length: 9_000 }, (_, row) => row + 1));
  expect(placeOf(5_000)).toMatchObject({ file: "c.parquet", line: 1 });
});

it.each([
  ["text", "select 1 as y, 'Paris' as city", 'column "city" is VARCHAR; all columns must be numbers or booleans.'],
  [
    "a date",
    "select 1 as y, date '2026-01-01' as day",
    'column "day" is DATE; all columns must be numbers or booleans.',
  ],
  ["only labels", "select 1 as y", "it has a label and no features; give at least one column after the label."],
])("refuses %s", async (_, query, problem) => {
  const file = await written("refused.parquet", query);
  await expect(readParquet([file], gibibyte)).rejects.toThrow(`Channel train: refused.parquet: ${problem}`);
});

it("refuses a row without a label, other columns, a table past the memory, and what is not Parquet", async () => {
  const good = await written("good.parquet", "select 1 as y, 2 as x");
  const unlabelled = await written(
    "bad.parquet",
    "select case when i = 1 then null else i end as y, i as x from range(3) t(i)",
  );
  await expect(readParquet([good, unlabelled], gibibyte)).rejects.toThrow(
    "Channel train: bad.parquet, record 2: the label is missing; the first column must hold a number in every row.",
  );
  const beyond = await written("beyond.parquet", "select 1 as y, 1e300 as x");
  await expect(readParquet([good, beyond], gibibyte)).rejects.toThrow(
    'Channel train: beyond.parquet, record 1: 1e+300 in column "x" is beyond 3.4e38, the largest number that a 32-bit float holds.',
  );
  const infinite = await written("infinite.parquet", "select '-inf'::double as y, 1 as x");
  await expect(readParquet([infinite], gibibyte)).rejects.toThrow(
    'record 1: -Infinity in column "y" is infinite, and only finite numbers are read.',
  );
  const other = await written("other.parquet", "select 1 as y, 2 as z");
  await expect(readParquet([good, other], gibibyte)).rejects.toThrow(
    `Channel train: other.parquet: column 2 is "z", in the channel's first file it is "x"; all files must have the same columns in the same order.`,
  );
  const large = await written("large.parquet", "select i as y, i as x from range(1000000) t(i)");
  await expect(readParquet([large], 1024 ** 2)).rejects.toThrow(/^The data has 1000000 rows and 1 column: as a table/);
  const path = join(folder, "text.parquet");
  writeFileSync(path, "1,2\n3,4\n5,6\n");
  await expect(readParquet([{ path, source: { channel: "train", file: "text.parquet" } }], gibibyte)).rejects.toThrow(
    /^Channel train: text\.parquet: the file cannot be read as Parquet: .*No magic bytes/,
  );
});

it.each([
  ["the head of a page", 4, "don't know what type"],
  ["the values of a page", 60, "decompression failure"],
  ["the footer", -40, ""],
])("names a file whose bytes are damaged in %s", async (_, place, cause) => {
  const { path, source } = await written("damaged.parquet", "select i as y, i * 0.5 as x from range(300) t(i)");
  const bytes = readFileSync(path);
  bytes.fill(0xff, place < 0 ? bytes.length + place : place, place < 0 ? bytes.length + place + 4 : place + 4);
  writeFileSync(path, bytes);
  const reading = readParquet([{ path, source }], gibibyte);
  await expect(reading).rejects.toThrow(DataError);
  await expect(reading).rejects.toThrow(/^Channel train: damaged\.parquet: the file cannot be read as Parquet: /);
  await expect(reading).rejects.toThrow(cause);
});

it.each([
  ["more", 299, "its footer counts 299 rows, and it has more."],
  ["fewer", 301, "its footer counts 301 rows, and it has 300."],
])("refuses a file that has %s rows than its footer counts", async (_, counted, problem) => {
  const { path, source } = await written("miscounted.parquet", "select i as y, i * 0.5 as x from range(300) t(i)");
  const bytes = readFileSync(path);
  // Thrift's compact form of the field num_rows: its type, then the number as a varint. The footer's own is the first.
  const count = (rows: number) => Buffer.from([0x16, ((2 * rows) & 0x7f) | 0x80, (2 * rows) >> 7]);
  const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  count(counted).copy(bytes, bytes.indexOf(count(300), footer));
  writeFileSync(path, bytes);
  await expect(readParquet([{ path, source }], gibibyte)).rejects.toThrow(
    `Channel train: miscounted.parquet: the file is damaged: ${problem}`,
  );
});
