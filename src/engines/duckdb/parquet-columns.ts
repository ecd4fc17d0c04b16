import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";

/** A column of files, in their own spelling, and its type in DuckDB's words. */
export type ParquetColumn = readonly [name: string, type: string];

/** By lowered names. */
export type ParquetColumns = ReadonlyMap<string, ParquetColumn>;

/** What statements before have found in the same files: a store of objects does not change them. */
const known = new Map<string, ParquetColumns>();
const mostKnown = 1_000;
/** To look at more files' identities takes longer than what is saved. */
const mostFiles = 50_000;

/**
 * Returns the columns that files of Parquet have together. DuckDB forgets them with the statement, and to ask it takes as long as
 * to plan one.
 * @param from the call that reads the files
 * @param options the call's options, which may make columns of folders
 */
export async function parquetColumns(
  connection: DuckDBConnection,
  paths: readonly string[],
  from: string,
  options: string,
): Promise<ParquetColumns> {
  const identity = paths.length <= mostFiles ? identityOf(paths, options) : undefined;
  const before = identity === undefined ? undefined : known.get(identity);
  if (before) return before;
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`);
  const found: ParquetColumns = new Map(
    described.getRows().map(([name, type]) => [String(name).toLowerCase(), [String(name), String(type)]]),
  );
  if (identity !== undefined) {
    if (known.size >= mostKnown) known.clear();
    known.set(identity, found);
  }
  return found;
}

/** Undefined when a file is not there: DuckDB says so. Folders that say values of partitions are part of it. */
function identityOf(paths: readonly string[], options: string): string | undefined {
  const hash = createHash("sha256").update(options);
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return undefined;
    const folders = /[^/]+=.*\//.exec(path)?.[0] ?? "";
    hash.update(`\n${[found.dev, found.ino, found.mtimeMs, found.size, folders].join(" ")}`);
  }
  return hash.digest("base64");
}
