import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const root = join(import.meta.dirname, "..", "..");

/** A number from 0 to 1 that a row always has, another one for each column. */
const share = (column: number) => `(hash(n * 4096 + ${column}) % 1000003) / 1000003.0`;
/** About normal, of mean 0 and deviation 1. */
const bell = (column: number) => `((${[0, 1, 2, 3].map((part) => share(column * 8 + part)).join(" + ")} - 2) * 1.7)`;
const missing = (column: number, every: number, value: string) =>
  `CASE WHEN hash(n * 4096 + ${column + 2048}) % ${every} > 0 THEN ${value} END`;
const many = (count: number, of: (at: number) => readonly [string, string]): readonly (readonly [string, string])[] =>
  Array.from({ length: count }, (_, at) => of(at));

/** Fifty columns as tables of customers have them: numbers, categories, codes, texts, times, and a target that some of them tell. */
const columns: readonly (readonly [name: string, value: string])[] = [
  ["id", "n"],
  ...many(16, (at) => [
    `amount_${at}`,
    missing(at, 20 + at, `round(${bell(at)} * ${10 ** (at % 5)} + ${at * 100}, 3)`),
  ]),
  ...many(8, (at) => [`ratio_${at}`, `round(exp(${bell(20 + at)}), 6)`]),
  ...many(8, (at) => [
    `count_${at}`,
    missing(30 + at, 50, `CAST(floor(${share(400 + at)} * ${4 * 10 ** (at % 5)}) AS BIGINT)`),
  ]),
  ...many(6, (at) => [
    `kind_${at}`,
    missing(40 + at, 40, `concat('kind ', CAST(floor(power(${share(500 + at)}, 2) * ${5 + at * 12}) AS BIGINT))`),
  ]),
  ...many(2, (at) => [
    `code_${at}`,
    `concat(chr(65 + CAST(hash(n * 4096 + ${600 + at}) % 26 AS INTEGER)), '-', hash(n * 4096 + ${610 + at}) % 100000)`,
  ]),
  ...many(2, (at) => [
    `note_${at}`,
    `concat('bought ', ['a chair', 'two lamps', 'a red table', 'some glasses'][1 + CAST(hash(n * 4096 + ${620 + at}) % 4 AS INTEGER)], ' and paid ', hash(n * 4096 + ${630 + at}) % 1000, ' in ', ['May', 'June', 'July'][1 + CAST(hash(n * 4096 + ${640 + at}) % 3 AS INTEGER)])`,
  ]),
  ...many(3, (at) => [
    `day_${at}`,
    `make_timestamp(CAST(1577836800000000 + floor(${share(650 + at)} * 157680000) * 1000000 AS BIGINT))`,
  ]),
  ...many(3, (at) => [`is_${at}`, `hash(n * 4096 + ${660 + at}) % ${2 + at} = 0`]),
  ["leaves", `CASE WHEN ${bell(0)} + ${bell(20)} + 0.5 * ${bell(70)} > 1 THEN 'yes' ELSE 'no' END`],
];

/** The column that the reports have as their target. */
export const target = "leaves";

/** Writes so many rows as Parquet, once, to .cache/insights. One row of a hundred comes twice. */
export async function insightsFile(rows: number): Promise<string> {
  const folder = join(root, ".cache", "insights");
  const file = join(folder, `${rows}.parquet`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "2GiB" });
  const connection = await instance.connect();
  const made = columns.map(([name, value]) => `${value} AS ${name}`);
  await connection.run(
    `COPY (SELECT ${made.join(", ")} FROM (SELECT range - CASE WHEN range % 97 = 96 THEN 1 ELSE 0 END AS n FROM range(${rows})))
     TO '${file}.new' (FORMAT parquet, ROW_GROUP_SIZE 100000)`,
  );
  renameSync(`${file}.new`, file);
  connection.closeSync();
  instance.closeSync();
  return file;
}
