import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { HistoryGroup, HistoryPlan } from "../../base/history-plan.ts";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import type { EngineColumn, EngineFile, EngineTable, FileFormat, OpenEngine } from "../../engines/port.ts";
import { createObjectClient } from "../object-client.ts";
import { runMemoryBytes } from "../run-memory.ts";
import { asName, baseKeys, identifiers, joined, matches } from "./history-sql.ts";

/**
 * Joins rows with the features as they were at the time of each: `node history.ts PLAN`. Identifiers and times alone are
 * matched, and the features are read from the files once it is known which (0152).
 */
const plan = JSON.parse(process.argv[2] ?? "{}") as HistoryPlan;
const never = new AbortController().signal;

async function main(): Promise<number> {
  const work = mkdtempSync(join(tmpdir(), "features-history-"));
  const [tables, output, spill] = ["tables", "output", "spill"].map((name) => join(work, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [tables, output, spill]) mkdirSync(folder);
  const engine = await duckdb.open({
    // An engine whose folders are not named reads and writes anywhere on this machine, as whoever asks may.
    ...{ tables: "", output: "", spill, threads: availableParallelism(), prelude: [] },
    ...{ memoryBytes: runMemoryBytes / 2, spillBytes: 2 ** 50 },
  });
  try {
    const base = await baseTable(engine);
    const all = base.columns.map(({ name }) => asName(name)).join(", ");
    await engine.keep("base_rows", { sql: `SELECT ${all} FROM base`, tables: [base] }, never);
    await keep(engine, "identifiers", identifiers(plan));
    await keep(engine, "keys", baseKeys(plan, base.columns));
    for (const [index, group] of plan.groups.entries()) {
      const files = await groupTable(group, tables, index);
      await engine.keep(`matches_${index}`, { sql: matches(group, index, plan.asOf), tables: [files] }, never);
    }
    const rows = await writeRows(engine, base.columns, output);
    console.log(`${rows} rows in ${plan.output}`);
    return 0;
  } finally {
    engine.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** A path as one below the root. */
const below = (path: string): string => path.replace(/^\//, "");

const keep = (engine: OpenEngine, name: string, sql: string): Promise<void> =>
  engine.keep(name, { sql, tables: [] }, never);

/** Writes the columns of base and groups to the output. */
async function writeRows(engine: OpenEngine, base: readonly EngineColumn[], folder: string): Promise<number> {
  const columns = [
    ...base,
    ...plan.groups.flatMap((group, index) => {
      const types = new Map(group.columns.map((column) => [column.name, column.type]));
      return group.wanted.map((feature) => ({ name: `${feature}.${index + 1}`, type: types.get(feature)! }));
    }),
  ];
  const sql = joined(base, plan);
  const isCsv = plan.output.endsWith(".csv");
  const rows = await engine.write(
    { sql, tables: [] },
    {
      ...(isCsv
        ? { format: "csv" as const, compression: "none" as const, delimiter: ",", header: true }
        : { format: "parquet" as const, compression: "snappy" as const }),
      ...{ columns, partitionedBy: [], evenEmpty: true, oneFile: true, name: below(join(folder, "rows")) },
    },
    never,
  );
  mkdirSync(dirname(resolve(plan.output)), { recursive: true });
  moveFile(join(folder, isCsv ? "rows_0.csv" : "rows_0.parquet"), resolve(plan.output));
  return rows;
}

/** The output may be on another disk: the file is copied beside its place first. */
function moveFile(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    copyFileSync(from, `${to}.part`);
    renameSync(`${to}.part`, to);
  }
}

async function baseTable(engine: OpenEngine): Promise<EngineTable> {
  const files: EngineFile[] = [
    { path: below(resolve(plan.base)), uri: plan.base, sizeBytes: statSync(plan.base).size },
  ];
  const isParquet = plan.base.endsWith(".parquet");
  const columns = isParquet ? await engine.describe("parquet", files) : headerOf(plan.base);
  const missing = [plan.identifier, plan.time].find((one) => !columns.some((column) => column.name === one));
  if (missing !== undefined)
    throw new Error(`${plan.base} has no column ${missing}. It has ${columns.map(({ name }) => name).join(", ")}.`);
  const format: FileFormat = isParquet
    ? { kind: "parquet" }
    : { kind: "csv", separator: ",", quote: '"', escape: '"', skippedLines: 1 };
  return { name: "base", columns, partitionKeys: [], format, files };
}

const longestHeader = 1024 ** 2;

/** The columns of a file of CSV: texts, by the names in its first line. */
function headerOf(file: string): EngineColumn[] {
  const bytes = Buffer.alloc(longestHeader);
  const descriptor = openSync(file, "r");
  const length = readSync(descriptor, bytes);
  closeSync(descriptor);
  const [line = ""] = bytes
    .subarray(0, length)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/, 1);
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .slice(0, line.split(",").length)
    .map(([, cell = ""]) => ({
      name: cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
      type: "string",
    }))
    .filter(({ name }) => name !== "");
}

/** Brings the files of a group to a folder of its own. */
async function groupTable(group: HistoryGroup, tables: string, index: number): Promise<EngineTable> {
  const client = createObjectClient();
  const files: EngineFile[] = [];
  for await (const { key, sizeBytes } of client.list(group.bucket, group.prefix)) {
    if (sizeBytes === 0) continue;
    const file = join(tables, `group-${index}`, `${files.length}.parquet`);
    await client.download(group.bucket, key, file);
    files.push({ path: below(file), uri: `s3://${group.bucket}/${key}`, sizeBytes });
  }
  const columns = [
    ...group.columns.map(({ name, type }) => ({ name: name.toLowerCase(), type })),
    ...["write_time", "api_invocation_time"].map((name) => ({ name, type: "timestamp" })),
    { name: "is_deleted", type: "boolean" },
  ];
  return { name: `files_${index}`, columns, partitionKeys: [], format: { kind: "parquet" }, files };
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message);
  return 1;
});
