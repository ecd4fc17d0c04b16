import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import type { OpenEngine } from "../../engines/port.ts";
import { double, long, text } from "../../prep/column-type.ts";
import { readOutputConfig } from "../../prep/flows/output-config.ts";
import type { JsonObject } from "../../prep/json-object.ts";
import { duckdb as dialect } from "../../prep/sql/dialects/duckdb.ts";
import { call, choose, column, type Expression, literal, nullOf } from "../../prep/sql/expression.ts";
import { filter, table, withColumns } from "../../prep/sql/relation.ts";
import { createFlowEngine } from "./flow-engine.ts";
import { writeOutput } from "./write-output.ts";

let root: string;
let engine: OpenEngine;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "write-output-"));
  const limits = { memoryBytes: 256 * 1024 ** 2, spillBytes: 1024 ** 3, threads: 1 };
  engine = await duckdb.open({ tables: root, output: root, spill: join(root, "spill"), ...limits, prelude: [] });
});
afterEach(() => {
  engine.close();
  rmSync(root, { recursive: true, force: true });
});

const never = new AbortController().signal;
const columns = [
  { name: "n", type: long },
  { name: "t", type: text },
];
/** Rows of numbers and texts. */
async function write(config: JsonObject, count = 3): Promise<Readonly<Record<string, Buffer>>> {
  const sql = `SELECT i AS n, CASE WHEN i % 3 = 2 THEN NULL ELSE 'ü ' || i END AS t FROM range(${count}) AS r(i)`;
  await engine.keep("rows", { sql, tables: [] }, never);
  mkdirSync(join(root, "out"));
  const place = { root, folder: "out", python: "python3" };
  await writeOutput(
    table("rows", columns),
    readOutputConfig(config),
    place,
    createFlowEngine(engine, dialect, never),
    never,
  );
  const files = readdirSync(join(root, "out"), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const named = files.map((one) => join(one.parentPath, one.name)).sort();
  return Object.fromEntries(named.map((file) => [file.slice(root.length + 5), readFileSync(file)]));
}

let kept = 0;

/** Writes a value of each of ten rows, and returns the lines. */
async function lines(value: (n: Expression) => Expression): Promise<readonly string[]> {
  const name = `ten ${++kept}`;
  await engine.keep(name, { sql: "SELECT i AS n FROM range(10) AS r(i)", tables: [] }, never);
  mkdirSync(join(root, "out"));
  const n = { name: "n", type: long };
  const made = withColumns(table(name, [n]), [{ name: "x", value: value(column(n)) }]);
  const given = filter(made, call("less", column(n), 10));
  const place = { root, folder: "out", python: "python3" };
  await writeOutput(given, readOutputConfig({}), place, createFlowEngine(engine, dialect, never), never);
  return readFileSync(join(root, "out", "part-00000_0.csv"), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1);
}

const csv = "n,t\n0,ü 0\n1,ü 1\n2,\n";
const bunzip = (bytes: Buffer) =>
  execFileSync("python3", ["-c", "import bz2,sys;sys.stdout.buffer.write(bz2.decompress(sys.stdin.buffer.read()))"], {
    input: bytes,
  });

describe("an output", () => {
  it.each<readonly number[]>([
    [1, 0],
    [0.001, -2.5, 9_999_999],
    [1e7, 1e-4, -0],
    [Number.NaN, 3],
    [1, 2, 3, 4, 5],
  ])("has the known numbers %s... as it has others", async (...numbers) => {
    const known = (n: Expression) =>
      choose(numbers.map((one, at) => [call("equals", n, at), literal(one, double)] as const));
    const written = await lines(known);
    rmSync(join(root, "out"), { recursive: true });
    const added = (n: Expression) => call("coalesce", known(n), nullOf(double));
    expect(written).toEqual(await lines(added));
    expect(written).toHaveLength(10);
  });

  it.each<readonly [JsonObject, string, (bytes: Buffer) => Buffer, string]>([
    [{}, "part-00000_0.csv", (bytes) => bytes, csv],
    [
      { content_type: "CSV", delimiter: "\t", partition_config: { has_headers: false } },
      "part-00000_0.csv",
      (bytes) => bytes,
      "0\tü 0\n1\tü 1\n2\t\n",
    ],
    [{ compression: "gzip" }, "part-00000_0.csv.gz", (bytes) => gunzipSync(bytes), csv],
    [{ compression: "zstd" }, "part-00000_0.csv.zst", (bytes) => zstdDecompressSync(bytes), csv],
    [{ compression: "deflate" }, "part-00000_0.csv.deflate", (bytes) => inflateSync(bytes), csv],
    [{ compression: "bzip2" }, "part-00000_0.csv.bz2", bunzip, csv],
    [
      { content_type: "JSON" },
      "part-00000_0.json",
      (bytes) => bytes,
      '{"n":0,"t":"ü 0"}\n{"n":1,"t":"ü 1"}\n{"n":2,"t":null}\n',
    ],
    [
      { content_type: "JSON", compression: "gzip" },
      "part-00000_0.json.gz",
      (bytes) => gunzipSync(bytes),
      '{"n":0,"t":"ü 0"}\n{"n":1,"t":"ü 1"}\n{"n":2,"t":null}\n',
    ],
  ])("of %j", async (config, name, plain, expected) => {
    const files = await write(config);
    expect(Object.keys(files)).toEqual([name]);
    expect(plain(files[name]!).toString()).toBe(expected);
  });

  it("has a line for each row, though its one value is missing", async () => {
    await engine.keep("alone", { sql: "SELECT nullif(i, 1) AS n FROM range(3) AS r(i)", tables: [] }, never);
    mkdirSync(join(root, "out"));
    const place = { root, folder: "out", python: "python3" };
    const alone = table("alone", [{ name: "n", type: long }]);
    await writeOutput(alone, readOutputConfig({}), place, createFlowEngine(engine, dialect, never), never);
    expect(readFileSync(join(root, "out", "part-00000_0.csv"), "utf8")).toBe('n\n0\n""\n2\n');
  });

  it("is divided into folders by columns, which are left out of the files", async () => {
    const files = await write({ partition_config: { partition_by: ["t"] } });
    expect(Object.entries(files).map(([name, body]) => [decodeURIComponent(name), body.toString()])).toEqual([
      ["t=ü 0/part-00000_0.csv", "n\n0\n"],
      ["t=ü 1/part-00000_0.csv", "n\n1\n"],
      ["t=__HIVE_DEFAULT_PARTITION__/part-00000_0.csv", "n\n2\n"],
    ]);
  });

  it("is in as many files as are asked for, and in more where they would be too large", async () => {
    expect(Object.values(await write({ partition_config: { num_partitions: 2 } })).map(String)).toEqual(
      ["n,t\n1,ü 1\n", "n,t\n0,ü 0\n2,\n"]
        .toSorted((a, b) => (a < b ? -1 : 1))
        .map(() => expect.stringMatching(/^n,t\n/)),
    );
    rmSync(join(root, "out"), { recursive: true });
    engine.close();
    const limits = { memoryBytes: 256 * 1024 ** 2, spillBytes: 1024 ** 3, threads: 1 };
    engine = await duckdb.open({ tables: root, output: root, spill: join(root, "spill"), ...limits, prelude: [] });
    const files = await write({ partition_config: { max_partition_size_in_mb: 0.1 } }, 20_000);
    expect(Object.keys(files).length).toBeGreaterThan(2);
    expect(Math.max(...Object.values(files).map(({ length }) => length))).toBeLessThanOrEqual(100_000);
    const rows = Object.values(files).flatMap((body) => body.toString().trim().split("\n").slice(1));
    expect(new Set(rows).size).toBe(20_000);
  });

  it.each<readonly [JsonObject, RegExp]>([
    [{ content_type: "XML" }, /The content type of the output is "XML"; give CSV, PARQUET, JSON or IMAGE/],
    [
      { compression: "rar" },
      /The compression of the output is "rar"; give one of none, gzip, bzip2, deflate, zstd for CSV/,
    ],
    [{ content_type: "PARQUET", compression: "bzip2" }, /"bzip2"; give one of none, gzip, snappy, zstd for PARQUET/],
    [{ partition_config: { num_partitions: 0 } }, /num_partitions is 0; give a whole number from 1 to 9999/],
    [{ partition_config: { max_partition_size_in_mb: -1 } }, /max_partition_size_in_mb is -1/],
    [{ partition_config: { partition_by: ["x"] } }, /There is no column "x"/],
  ])("of %j is refused", async (config, message) => {
    await expect(write(config)).rejects.toThrow(message);
  });
});
