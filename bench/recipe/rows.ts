import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const root = join(import.meta.dirname, "..", "..");

/** A number from 0 to 1 that a row always has, another one for each column. */
const share = (column: number) => `(hash(n * 64 + ${column}) % 1000003) / 1000003.0`;
const among = (column: number, values: readonly string[]) =>
  `[${values.map((value) => `'${value}'`).join(", ")}][1 + CAST(hash(n * 64 + ${column}) % ${values.length} AS INTEGER)]`;
const missing = (column: number, every: number, value: string) =>
  `CASE WHEN hash(n * 64 + ${column + 32}) % ${every} > 0 THEN ${value} END`;
/** About normal, with some values far away. */
const bell = (column: number, mean: number, deviation: number) =>
  `round((${[0, 1, 2, 3].map((part) => share(column * 7 + part + 1_000)).join(" + ")} - 2) * ${deviation * 1.7} * CASE WHEN hash(n * 64 + ${column}) % 1000 = 0 THEN 20 ELSE 1 END + ${mean}, 4)`;

const columns: Readonly<Record<string, string>> = {
  id: "n",
  price: missing(1, 50, bell(1, 100, 20)),
  weight: missing(2, 30, bell(2, 5, 1)),
  age: missing(3, 40, `CAST(18 + floor(${share(3)} * 70) AS DOUBLE) + 0.5`),
  income: bell(4, 50_000, 9_000),
  height: bell(5, 170, 10),
  width: bell(6, 40, 4),
  depth: bell(7, 30, 3),
  score: `round(${share(8)}, 6)`,
  quantity: missing(9, 100, `CAST(floor(${share(9)} * 100) AS BIGINT)`),
  stock: `CAST(floor(${share(10)} * 100000) AS BIGINT)`,
  colour: missing(11, 60, among(11, ["Red", "GREEN", "blue", "Yellow", "black", "White", "Cyan"])),
  city: missing(12, 60, `concat('  City ', CAST(floor(power(${share(12)}, 2) * 300) AS BIGINT), ' ')`),
  code: `concat(chr(65 + CAST(hash(n * 64 + 13) % 26 AS INTEGER)), '-', hash(n * 64 + 14) % 100000, '-x')`,
  kind: among(15, ["retail", "wholesale", "online"]),
  region: `concat('region-', hash(n * 64 + 16) % 1000)`,
  bought: `make_timestamp(CAST(1577836800000000 + floor(${share(17)} * 157680000) * 1000000 AS BIGINT))`,
  active: "hash(n * 64 + 18) % 2 = 0",
  junk: `round(${share(19)} * 1000, 3)`,
  note: `concat('a longer text that no step reads, number ', hash(n * 64 + 20))`,
};

/** Writes so many rows as CSV and Parquet, once, to .cache/recipe. Of a hundred rows about one comes twice. */
export async function recipeFiles(rows: number): Promise<{ readonly csv: string; readonly parquet: string }> {
  const folder = join(root, ".cache", "recipe", String(rows));
  const files = { csv: join(folder, "rows.csv"), parquet: join(folder, "rows.parquet") };
  if (existsSync(files.csv)) return files;
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "4GiB" });
  const connection = await instance.connect();
  const made = Object.entries(columns).map(([name, value]) => `${value} AS ${name}`);
  await connection.run(
    `COPY (SELECT ${made.join(", ")} FROM (SELECT range - CASE WHEN range % 97 = 96 THEN 1 ELSE 0 END AS n FROM range(${rows})))
     TO '${files.parquet}' (FORMAT parquet)`,
  );
  await connection.run(
    `COPY (FROM '${files.parquet}') TO '${files.csv}.new' (FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S')`,
  );
  renameSync(`${files.csv}.new`, files.csv);
  connection.closeSync();
  instance.closeSync();
  return files;
}
