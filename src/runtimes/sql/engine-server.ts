import { once } from "node:events";
import { createReadStream, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import {
  type CsvResults,
  type EngineEnd,
  type EngineRequest,
  type FileResults,
  frameBytes,
  type IcebergResults,
  type ResultColumn,
} from "../../engines/engine-frame.ts";
import { type EnginePlan, enginePlanFile, engineSocket } from "../../engines/engine-plan.ts";
import { EngineFault, type EngineStatement, type OpenEngine, type WrittenFiles } from "../../engines/port.ts";
import { parseTrinoType } from "../../prep/sql/result-type.ts";
import { nativeFunctions } from "../../prep/sql/trino/native/native-functions.ts";
import { neededPrelude, settingsPrelude } from "../../prep/sql/trino/needed-prelude.ts";
import { mlRoot } from "../ml-root.ts";
import { csvLines, headerLine } from "./csv-lines.ts";
import { trinoTypeOf, valueText } from "./result-text.ts";
import { textQuery } from "./text-columns.ts";

/**
 * Answers statements, one after the other: `node engine-server.ts TABLES`, the folder in which the files of tables are. Every
 * statement has an engine of its own, so nothing of one is seen by another; the next one is made of it where none failed. Two are
 * open before they are needed: to open one takes as long as a small query.
 */
const [tables = ""] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(join(mlRoot, enginePlanFile), "utf8")) as EnginePlan;
const { memoryBytes, spillBytes, threads } = plan;

/** An engine that no statement has used, with the folders for what it writes. */
interface FreshEngine {
  readonly engine: OpenEngine;
  readonly output: string;
  /** Folders of the statements before, from which its database remembers footers of files. */
  readonly folders: ReadonlySet<string>;
  /** Returns the one for the statement after this; undefined where that is to be opened. */
  next(asked: EngineStatement): Promise<FreshEngine | undefined>;
  close(): void;
}

let opened = 0;
async function open(): Promise<FreshEngine> {
  const number = ++opened;
  const [output, spill] = ["output", "spill"].map((name) => join(mlRoot, name, String(number))) as [string, string];
  for (const folder of [output, spill]) mkdirSync(folder, { recursive: true });
  const limits = { memoryBytes, spillBytes, threads };
  const options = { tables, output, spill, ...limits, prelude: settingsPrelude, functions: nativeFunctions };
  const engine = await duckdb.open(options);
  return freshOf(engine, output, new Set(), () => {
    for (const folder of [output, spill]) rmSync(folder, { recursive: true, force: true });
  });
}

function freshOf(engine: OpenEngine, output: string, folders: ReadonlySet<string>, remove: () => void): FreshEngine {
  return {
    ...{ engine, output, folders },
    async next(asked) {
      for (const name of readdirSync(output)) rmSync(join(output, name), { recursive: true, force: true });
      const another = await engine.next?.();
      return another && freshOf(another, output, new Set([...folders, ...foldersOf(asked)]), remove);
    },
    close() {
      engine.close();
      remove();
    },
  };
}

/** The folders in which a statement's files are, each of one piece of work. */
const foldersOf = ({ tables }: EngineStatement): string[] =>
  tables.flatMap(({ files }) => files.slice(0, 1).map(({ path }) => path.split("/")[0]!));

// Folders are left when the process before was killed.
for (const name of ["output", "spill"]) rmSync(join(mlRoot, name), { recursive: true, force: true });
const fresh: Promise<FreshEngine>[] = [];
function openAnother(): void {
  const engine = open();
  engine.catch(() => process.exit(1));
  fresh.push(engine);
}
openAnother();
/** The statement before this one. */
let last: Promise<void> = Promise.resolve();

const server = createServer((request, response) => {
  last = last.then(() => answer(request, response)).catch((error) => console.error(error));
});
// A socket is left when the server before was killed.
const socket = join(mlRoot, engineSocket);
rmSync(socket, { force: true });
await fresh[0];
server.listen(socket);
openAnother();
process.on("SIGTERM", () => process.exit(0));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  let isOver = false;
  response.on("close", () => {
    gone.abort();
    // What cannot be interrupted ends with its process, and another engine takes this one's place.
    if (!isOver) setTimeout(() => isOver || process.exit(1), interruptMilliseconds).unref();
  });
  if (response.destroyed) return;
  let [used, next]: (FreshEngine | undefined)[] = [];
  try {
    const asked = JSON.parse(await textOf(request)) as EngineRequest;
    used = await takeFor(asked.statement);
    const write = async (bytes: Uint8Array) => {
      if (!response.write(bytes) && !response.destroyed) await once(response, "drain", { signal: gone.signal });
    };
    const started = performance.now();
    const { results } = asked;
    const statement = { ...asked.statement, prelude: neededPrelude(asked.statement.sql) };
    const done = await gives[results.form](used, statement, results as never, write, gone.signal);
    const milliseconds = performance.now() - started;
    // The statement is answered, whatever becomes of its database.
    next = await used.next(asked.statement).catch(() => undefined);
    await write(frameBytes("end", { ...done, milliseconds }));
  } catch (error) {
    if (!gone.signal.aborted) {
      if (!(error instanceof EngineFault)) console.error(error);
      const { kind, message } = error instanceof EngineFault ? error : new EngineFault("internal", String(error));
      response.write(frameBytes("fault", { kind, message }));
    }
  } finally {
    isOver = true;
    response.end();
    if (next) fresh.unshift(Promise.resolve(next));
    else if (used) {
      used.close();
      openAnother();
    }
  }
}

/** Takes an engine that remembers no file at the paths of a statement: it may be another file by now. */
async function takeFor(statement: EngineStatement): Promise<FreshEngine> {
  for (;;) {
    const one = await fresh.shift()!;
    if (!foldersOf(statement).some((folder) => one.folders.has(folder))) return one;
    one.close();
    openAnother();
  }
}

/** How long a statement may take to notice that nobody waits for it. */
const interruptMilliseconds = 5_000;

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

type Write = (bytes: Uint8Array) => Promise<void>;

/** Rows go out when there are so many characters of them. */
const gatheredCharacters = 64 * 1024;

type Done = Omit<EngineEnd, "milliseconds">;

async function giveRows(
  used: FreshEngine,
  statement: EngineStatement,
  results: CsvResults,
  write: Write,
  signal: AbortSignal,
): Promise<Done> {
  const { engine } = used;
  const sql = results.columns && textQuery(statement.sql, results.columns);
  if (sql !== undefined) return giveLines(used, { ...statement, sql }, results.columns!, write, signal);
  const { batches, columns } = await engine.rows(statement, signal);
  const shown = columns.map(({ name, type }, index) => results.columns?.[index] ?? { name, type: trinoTypeOf(type) });
  await write(frameBytes("columns", shown));
  const texts = columns.map(({ type }, index) => {
    const given = results.columns?.[index];
    return valueText(type, given && parseTrinoType(given.type));
  });
  let gathered = headerLine(shown.map(({ name }) => name));
  let rows = 0;
  for await (const batch of batches) {
    rows += batch.rowCount;
    gathered += csvLines(batch, texts);
    if (gathered.length < gatheredCharacters) continue;
    await write(frameBytes("rows", Buffer.from(gathered)));
    gathered = "";
  }
  if (gathered !== "") await write(frameBytes("rows", Buffer.from(gathered)));
  return { rows };
}

/** Has the engine write the lines to a file, which takes less than to make them here, and nothing goes out before all rows are known. */
async function giveLines(
  { engine, output }: FreshEngine,
  statement: EngineStatement,
  columns: readonly ResultColumn[],
  write: Write,
  signal: AbortSignal,
): Promise<Done> {
  const files: WrittenFiles = {
    ...{ format: "csv", compression: "none", delimiter: ",", quote: '"', partitionedBy: [], name: "rows" },
    columns: columns.map((_, index) => ({ name: `c${index}` })),
  };
  const rows = await engine.write({ ...statement, prelude: neededPrelude(statement.sql) }, files, signal);
  await write(frameBytes("columns", columns));
  await write(frameBytes("rows", Buffer.from(headerLine(columns.map(({ name }) => name)))));
  if (rows > 0)
    for await (const piece of createReadStream(join(output, "rows_0.csv"), { highWaterMark: readBytes, signal }))
      await write(frameBytes("rows", piece as Buffer));
  return { rows };
}

/** So many bytes of a file are read at a time. */
const readBytes = 256 * 1024;

async function giveFiles(
  { engine, output }: FreshEngine,
  statement: EngineStatement,
  { files }: FileResults,
  write: Write,
  signal: AbortSignal,
): Promise<Done> {
  const rows = await engine.write(statement, files, signal);
  await giveOutput(output, write, signal);
  return { rows };
}

async function giveIceberg(
  { engine, output }: FreshEngine,
  statement: EngineStatement,
  { files }: IcebergResults,
  write: Write,
  signal: AbortSignal,
): Promise<Done> {
  const iceberg = await engine.writeIceberg(statement, files, signal);
  await giveOutput(output, write, signal);
  return { rows: iceberg.rows, iceberg };
}

const gives = { csv: giveRows, files: giveFiles, iceberg: giveIceberg } as const;

async function giveOutput(output: string, write: Write, signal: AbortSignal): Promise<void> {
  const paths = readdirSync(output, { recursive: true, encoding: "utf8" }).sort();
  for (const path of paths) {
    const found = statSync(join(output, path));
    if (!found.isFile()) continue;
    await write(frameBytes("file", { path, sizeBytes: found.size }));
    for await (const piece of createReadStream(join(output, path), { signal }))
      await write(frameBytes("bytes", piece as Buffer));
  }
}
