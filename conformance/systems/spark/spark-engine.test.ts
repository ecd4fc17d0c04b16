import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, expect, test } from "vitest";
import { duckdb } from "../../../src/engines/duckdb/duckdb.ts";
import type {
  EngineFault,
  EngineFile,
  EngineTable,
  FileFormat,
  OpenEngine,
  WrittenFiles,
} from "../../../src/engines/port.ts";
import { childrenOf } from "../../../src/executors/process/processes.ts";
import { canRun, type OpenSpark, openSpark } from "./open-spark.ts";

/** The driver: files of each format, what it writes, a query that is cancelled, an application that is killed. */
const opening = canRun ? openSpark() : undefined;
const spark = async (): Promise<OpenSpark> => await opening!;
afterAll(async () => (await opening)?.close());
const never = new AbortController().signal;

async function rows(
  engine: OpenEngine,
  sql: string,
  tables: readonly EngineTable[] = [],
  signal = never,
): Promise<unknown[][]> {
  const { batches } = await engine.rows({ sql, tables }, signal);
  const all: unknown[][] = [];
  for await (const { columns, rowCount } of batches)
    for (let row = 0; row < rowCount; row++) all.push(columns.map((column) => column[row]));
  return all;
}

const fileOf = (folder: string, path: string): EngineFile => ({
  ...{ path: relative(folder, path), uri: path, sizeBytes: statSync(path).size },
});

async function embedded<Result>(folder: string, work: (engine: OpenEngine) => Promise<Result>): Promise<Result> {
  const spill = join(folder, "spill");
  const limits = { memoryBytes: 2 ** 28, spillBytes: 2 ** 30, threads: 1 };
  const engine = await duckdb.open({ ...{ tables: folder, output: folder, spill, prelude: [] }, ...limits });
  try {
    return await work(engine);
  } finally {
    engine.close();
  }
}

const csv = 'a,b,c\n1,"x, ""y""",\n2,"",z \n3\n4,é,"two\nlines",more\n';
const delimited = { kind: "delimited", delimiter: ",", encoding: "utf-8", skippedLines: 1 } as const;
const json = { kind: "json", anyCase: false, ignoresMalformed: false, paths: {} } as const;
const text = (...names: readonly string[]) => names.map((name) => ({ name, type: "string" }));

test.runIf(canRun).each<[string, string | Buffer, FileFormat, EngineTable["columns"]]>([
  ["CSV", csv, delimited, text("a", "b", "c")],
  [
    "CSV in Latin 1",
    Buffer.from("a;b\nü;1\n", "latin1"),
    { ...delimited, delimiter: ";", encoding: "latin-1" },
    text("a", "b"),
  ],
  [
    "lines of JSON",
    '{"a":1,"b":"x"}\n{"b":null}\n',
    json,
    [
      { name: "a", type: "bigint" },
      { name: "b", type: "string" },
    ],
  ],
  ["documents of JSON", '[{"a":1.5},\n{"a":null}]', { ...json, layout: "documents" }, [{ name: "a", type: "double" }]],
])("%s has the rows that the embedded engine reads", async (name, body, format, columns) => {
  const { engine, folder } = await spark();
  const path = join(folder, `${name} {1}.txt`);
  writeFileSync(path, body);
  const table: EngineTable = {
    name: name.replaceAll(" ", "_"),
    columns,
    format,
    partitionKeys: [],
    files: [fileOf(folder, path)],
  };
  const sql = `SELECT ${columns.map((one) => one.name).join(", ")} FROM ${table.name}`;
  expect(await rows(engine, sql, [table])).toEqual(await embedded(folder, (other) => rows(other, sql, [table])));
});

test.runIf(canRun)("ORC is read, which the embedded engine refuses by name", async () => {
  const { engine, folder } = await spark();
  const place = join(folder, "orc");
  await rows(
    engine,
    `INSERT OVERWRITE DIRECTORY '${place}' USING orc SELECT id, concat('r', id) AS word, array(id) AS list FROM range(3)`,
  );
  const files = readdirSync(place)
    .filter((name) => name.endsWith(".orc"))
    .sort()
    .map((name) => fileOf(folder, join(place, name)));
  const columns = await engine.describe("orc", files);
  expect(columns).toEqual([
    { name: "id", type: "bigint" },
    { name: "word", type: "string" },
    { name: "list", type: "array<bigint>" },
  ]);
  const table: EngineTable = { name: "orcs", columns, format: { kind: "orc" }, partitionKeys: [], files };
  expect(await rows(engine, "SELECT * EXCEPT (`$file`) FROM orcs ORDER BY id", [table])).toEqual([
    [0n, "r0", [0n]],
    [1n, "r1", [1n]],
    [2n, "r2", [2n]],
  ]);
  await expect(embedded(folder, (other) => other.describe("orc", files))).rejects.toThrow("ORC are not read");
});

test.runIf(canRun)("writes CSV as the embedded engine does, and Parquet by the values of columns", async () => {
  const { engine, folder } = await spark();
  const sql = `SELECT * FROM VALUES (1, 'a "b", c', ''), (2, ' x ', CAST(NULL AS STRING)) AS t(n, t, e)`;
  const ours = `SELECT * FROM (VALUES (1, 'a "b", c', ''), (2, ' x ', NULL)) AS t(n, t, e)`;
  const files: WrittenFiles = {
    ...{
      format: "csv",
      compression: "none",
      delimiter: ",",
      header: true,
      partitionedBy: [],
      evenEmpty: true,
      name: "",
    },
    ...{ oneFile: true, columns: ["n", "t", "e"].map((name) => ({ name })) },
  };
  mkdirSync(join(folder, "out"), { recursive: true });
  expect(await engine.write({ sql, tables: [] }, { ...files, name: "out/spark" }, never)).toBe(2);
  await embedded(folder, (other) => other.write({ sql: ours, tables: [] }, { ...files, name: "out/duckdb" }, never));
  const written = (name: string) => readFileSync(join(folder, "out", `${name}_0.csv`), "utf8");
  expect(written("spark")).toBe(written("duckdb"));
  const divided: WrittenFiles = { ...files, format: "parquet", partitionedBy: ["e"], name: "out/parts" };
  await engine.write({ sql: "SELECT id AS n, 'x' AS t, id % 2 AS e FROM range(4)", tables: [] }, divided, never);
  expect(readdirSync(join(folder, "out/parts")).sort()).toEqual(["e=0", "e=1"]);
});

const long = "SELECT sum((a.id + b.id) % 7) FROM range(10000000) a, range(100000) b";
const faultOf = (asked: Promise<unknown>): Promise<EngineFault> =>
  asked.then(
    () => undefined,
    (error) => error,
  );

test.runIf(canRun)("a query that is cancelled ends, and the next one is answered", async () => {
  const { engine } = await spark();
  const stopping = new AbortController();
  const asked = faultOf(rows(engine, long, [], stopping.signal));
  setTimeout(() => stopping.abort(), 2_000);
  const { kind, message } = await asked;
  expect([kind, message]).toEqual(["cancelled", expect.any(String)]);
  expect(await rows(engine, "SELECT 1")).toEqual([[1]]);
});

test.runIf(canRun)("an application that is killed in the middle fails its query in words", async () => {
  const { engine } = await spark();
  const asked = faultOf(rows(engine, long));
  for (const pid of childrenOf(process.pid))
    if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("spark_application")) process.kill(-pid, "SIGKILL");
  const { kind, message } = await asked;
  expect([kind, message]).toEqual(["internal", expect.stringContaining("Spark's application ended")]);
  await expect(rows(engine, "SELECT 1")).rejects.toThrow("Spark's application ended");
});
