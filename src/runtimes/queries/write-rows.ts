import { createWriteStream, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import type { EngineStatement, OpenEngine } from "../../engines/port.ts";

export interface QueriedColumn {
  readonly name: string;
  /** In Hive's words; what has no word there is text. */
  readonly type: string;
}

/** The rows of a query as texts: bytes in hex, times in UTC. */
export interface QueriedRows {
  readonly columns: readonly QueriedColumn[];
  readonly batches: AsyncIterable<readonly (readonly (string | null)[])[]>;
}

/** Texts of a file, in bytes, before the next is begun. */
const usualFileBytes = 256 * 1024 ** 2;

/**
 * Writes rows to files of Parquet, or of CSV without a header, in a folder; without rows there is one file. At most one
 * batch and one file's texts are kept on the way.
 */
export async function writeRows(
  { batches, columns }: QueriedRows,
  folder: string,
  format: "parquet" | "csv",
  fileBytes = usualFileBytes,
): Promise<number> {
  return inEngine(folder, async (engine, work) => {
    let [files, rows] = [0, 0];
    const iterator = batches[Symbol.asyncIterator]();
    try {
      for (let next = await iterator.next(); !next.done || files === 0; files++) {
        const text = join(work, "rows.csv");
        async function* lines() {
          let bytes = 0;
          for (; !next.done && bytes < fileBytes; next = await iterator.next()) {
            const written = next.value.map((row) => `${row.map(quoted).join(",")}\n`).join("");
            rows += next.value.length;
            bytes += written.length;
            yield written;
          }
        }
        await pipeline(Readable.from(lines()), createWriteStream(text));
        const file = { path: "rows.csv", uri: "the rows of the query", sizeBytes: statSync(text).size };
        const table = {
          ...{ name: "rows", partitionKeys: [], files: [file] },
          columns: columns.map((_, index) => ({ name: `c${index}`, type: "string" })),
          format: { kind: "delimited", delimiter: ",", encoding: "utf-8", skippedLines: 0 } as const,
        };
        const values = columns.map(({ type }, index) => (type === "binary" ? `unhex(c${index})` : `c${index}`));
        // Tables are known by a name once.
        const name = `rows ${files}`;
        const sql = `SELECT ${values.join(", ")} FROM "${name}"`;
        await write(engine, { sql, tables: [{ ...table, name }] }, columns, format, files);
      }
    } finally {
      await iterator.return?.();
    }
    return rows;
  });
}

/** Writes a file of Parquet that has the columns alone. Types are those of Trino or of Hive. */
export async function writeEmpty(columns: readonly QueriedColumn[], folder: string): Promise<void> {
  const known = columns.map(({ name, type }) => ({ name, type: hiveWords[type] ?? type }));
  const sql = `SELECT ${columns.map(() => "NULL").join(", ")} WHERE false`;
  await inEngine(folder, (engine) => write(engine, { sql, tables: [] }, known, "parquet", 0));
}

const hiveWords: Readonly<Record<string, string>> = { varchar: "string", integer: "int", varbinary: "binary" };

function write(
  engine: OpenEngine,
  statement: EngineStatement,
  columns: readonly QueriedColumn[],
  format: "parquet" | "csv",
  index: number,
): Promise<number> {
  const name = `part-${String(index).padStart(5, "0")}`;
  const csv = format === "csv" ? { delimiter: ",", header: false } : {};
  const compression = format === "csv" ? "none" : "snappy";
  return engine.write(
    statement,
    { ...{ format, columns, compression, partitionedBy: [], evenEmpty: true, name }, ...csv },
    new AbortController().signal,
  );
}

async function inEngine<Result>(
  folder: string,
  work: (engine: OpenEngine, folder: string) => Promise<Result>,
): Promise<Result> {
  const own = mkdtempSync(join(process.env.SAGEBRUSH_OWN_FOLDER ?? tmpdir(), "query-"));
  mkdirSync(folder, { recursive: true });
  const limits = { memoryBytes: 512 * 1024 ** 2, spillBytes: 2 ** 40, threads: 1 };
  const engine = await duckdb.open({ tables: own, output: folder, spill: join(own, "spill"), ...limits, prelude: [] });
  try {
    return await work(engine, own);
  } finally {
    engine.close();
    rmSync(own, { recursive: true, force: true });
  }
}

/** Nothing is null, and an empty text is quoted. */
const quoted = (value: string | null): string => (value === null ? "" : `"${value.replaceAll('"', '""')}"`);
