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
  writeSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { HistoryGroup, HistoryPlan } from "../../base/history-plan.ts";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import { joinColumns } from "../../engines/parquet/join-columns.ts";
import type { EngineColumn, EngineFile, EngineTable, FileFormat, OpenEngine } from "../../engines/port.ts";
import { createObjectClient, type ObjectClient } from "../object-client.ts";
import { runMemoryBytes } from "../run-memory.ts";
import {
  asName,
  baseKeys,
  type HistoryColumn,
  identifiers,
  joined,
  matches,
  outputColumns,
  picked,
} from "./history-sql.ts";

/**
 * Joins rows with the features as they were at the time of each: `node history.ts PLAN`. Identifiers and times alone are
 * matched, and the features are read from the files once it is known which (0152).
 */
const plan = JSON.parse(process.argv[2] ?? "{}") as HistoryPlan;
const isCsv = plan.output.endsWith(".csv");
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
    ...{ tables: "", output: "", spill, threads: threadsFor(statSync(plan.base).size), prelude: [] },
    ...{ memoryBytes: Math.min(runMemoryBytes / 2, mostMemoryBytes), spillBytes: 2 ** 50 },
  });
  // They are brought while the engine works.
  const brought = plan.groups.map((group, index) => groupTable(group, tables, index));
  for (const one of brought) one.catch(() => {});
  try {
    const base = await baseTable(engine);
    const all = base.columns.map(({ name }) => asName(name)).join(", ");
    await engine.keep("base_rows", { sql: `SELECT ${all} FROM base`, tables: [base] }, never);
    await keep(engine, "identifiers", identifiers(plan));
    await keep(engine, "keys", baseKeys(plan, base.columns));
    for (const [index, group] of plan.groups.entries()) {
      const files = await brought[index]!;
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

/** Two threads take up to twice the processor time of one, so each has so many bytes of rows to be worth it. */
const threadBytes = 32 * 1024 ** 2;
const threadsFor = (sizeBytes: number): number =>
  Math.min(availableParallelism(), 1 + Math.floor(sizeBytes / threadBytes));

/** What the engine holds beyond it goes to the disk meanwhile. */
const mostMemoryBytes = 1024 ** 3;

/** A path as one below the root. */
const below = (path: string): string => path.replace(/^\//, "");

const keep = (engine: OpenEngine, name: string, sql: string): Promise<void> =>
  engine.keep(name, { sql, tables: [] }, never);

/** So many values are gathered at once, of so many columns at least: they are in memory several times. */
const [valuesAtOnce, fewestColumns] = [500_000, 25];

/** Columns that are gathered together: of one group, or of the base. */
function partsOf(columns: readonly HistoryColumn[], rows: number): HistoryColumn[][] {
  const atOnce = Math.max(fewestColumns, Math.floor(valuesAtOnce / Math.max(rows, 1)));
  const parts: HistoryColumn[][] = [];
  for (const column of columns) {
    const last = parts.at(-1);
    if (last !== undefined && last[0]!.source === column.source && last.length < atOnce) last.push(column);
    else parts.push([column]);
  }
  return parts;
}

/** Writes the columns of base and groups to the output: Parquet in parts, which become one file. */
async function writeRows(engine: OpenEngine, base: readonly EngineColumn[], folder: string): Promise<number> {
  await keep(engine, "picked", picked(plan));
  const columns = outputColumns(base, plan);
  const form = isCsv
    ? { format: "csv" as const, compression: "none" as const, delimiter: ",", header: true }
    : { format: "parquet" as const, compression: "snappy" as const };
  const write = (some: readonly HistoryColumn[], name: string) =>
    engine.write(
      { sql: joined(some), tables: [] },
      {
        ...{ ...form, columns: some.map(({ name, type }) => ({ name, type })) },
        ...{ partitionedBy: [], evenEmpty: true, oneFile: true, name: below(join(folder, name)) },
      },
      never,
    );
  const ofBase = columns.filter(({ source }) => source === "base");
  const parts = isCsv ? [columns] : [ofBase];
  const rows = await write(parts[0]!, "part-0");
  if (!isCsv) parts.push(...partsOf(columns.slice(ofBase.length), rows));
  for (const [index, part] of parts.entries()) if (index > 0) await write(part, `part-${index}`);
  const files = parts.map((_, index) => join(folder, `part-${index}_0.${form.format}`));
  const whole = files.length === 1 ? files[0]! : join(folder, "whole.parquet");
  if (files.length > 1) joinColumns(files, whole);
  mkdirSync(dirname(resolve(plan.output)), { recursive: true });
  moveFile(whole, resolve(plan.output));
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
  const folder = join(tables, `group-${index}`);
  mkdirSync(folder);
  for await (const { key, sizeBytes } of client.list(group.bucket, group.prefix)) {
    if (sizeBytes === 0) continue;
    const file = join(folder, `${files.length}.parquet`);
    await download(client, { bucket: group.bucket, key }, file);
    files.push({ path: below(file), uri: `s3://${group.bucket}/${key}`, sizeBytes });
  }
  const columns = [
    ...group.columns.map(({ name, type }) => ({ name: name.toLowerCase(), type })),
    ...["write_time", "api_invocation_time"].map((name) => ({ name, type: "timestamp" })),
    { name: "is_deleted", type: "boolean" },
  ];
  return { name: `files_${index}`, columns, partitionKeys: [], format: { kind: "parquet" }, files };
}

/** A stream to a file would take twice the processor time: this program has nothing to do meanwhile. */
async function download(client: ObjectClient, { bucket, key }: { bucket: string; key: string }, file: string) {
  const { body } = await client.open(bucket, key);
  const descriptor = openSync(file, "w");
  try {
    for await (const piece of body) for (let at = 0; at < piece.length; ) at += writeSync(descriptor, piece, at);
  } finally {
    closeSync(descriptor);
  }
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message);
  return 1;
});
