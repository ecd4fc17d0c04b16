import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientsOf, linesOf, patience } from "./clients.ts";
import { processesOfRuns, readParents, textOf } from "./processes-of-runs.ts";
import { runProgram } from "./program.ts";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { root, useServer } from "./server.ts";

/** Reports of tables of which little can be told, and reports whose program is killed. */

const server = useServer({ environment: scriptEnvironments });
const launcher = join(root, "bin", "sagebrush");
const logGroup = "/aws/sagemaker/ProcessingJobs";
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bad-reports-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const each = (rows: number, of: (row: number) => string): string =>
  Array.from({ length: rows }, (_, row) => `${of(row)}\n`).join("");

/** Tables, the target, and what the report says of them. */
const tables: readonly (readonly [what: string, text: string, target: string, says: RegExp])[] = [
  [
    "a target of one value",
    `n,y\n${each(60, (row) => `${row},yes`)}`,
    "y",
    /it has one value.*The target is constant/s,
  ],
  [
    "a target of 10,000 classes",
    `n,y\n${each(10_000, (row) => `${row % 7},class ${row}`)}`,
    "y",
    /it has 10000 classes, and at most 100 are learned/,
  ],
  ["a target that is not there", `n,y\n${each(60, (row) => `${row % 9},a`)}`, "z", /There is no column "z"/],
  [
    "constant and empty columns, and labels that are floats",
    `same,none,n,y\n${each(120, (row) => `7,,${row % 11},${row % 2}.0`)}`,
    "y",
    /none: Empty column.*same: Constant column|same: Constant column.*none: Empty column/s,
  ],
  [
    "labels of which some are no numbers",
    `n,y\n${each(200, (row) => `${row % 11},${row % 10 === 0 ? "bad" : `${row}.5`}`)}`,
    "y",
    /high +y: Many values of the target are no numbers\. 20 values/,
  ],
  ["3 rows", "n,y\n1,a\n2,b\n3,a\n", "y", /There is no quick model: 3 rows have a target/],
  ["no rows", "n,y\n", "y", /0 rows, 2 columns.*No unusual rows are looked for among 0/s],
  [
    "texts of 1 MB",
    `long,n,y\n${each(8, (row) => `${"abcd"[row % 4]!.repeat(1_000_000)},${row},${row % 2}`)}`,
    "y",
    /8 rows, 3 columns/,
  ],
];

test.each(tables)("%s: the report is made, and says what could not be computed", async (what, text, target, says) => {
  const file = join(folder, `${what.replaceAll(/\W/g, "-")}.csv`);
  writeFileSync(file, text);
  const page = join(folder, "page.html");
  const words = [launcher, "report", file, "--target", target, "--html", page, "--json", `${page}.json`];
  const { code, stderr, stdout } = await runProgram(process.execPath, words, { cwd: folder });
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(says);
  expect(JSON.parse(readFileSync(`${page}.json`, "utf8"))).toMatchObject({ format: "data-insights-report" });
  expect(statSync(page).size).toBeLessThan(300_000);
});

/** A table with a column of each type that Parquet has, in two files. */
const everyType = (place: string) => `
import datetime, decimal, os
import pyarrow as pa, pyarrow.parquet as pq
of = lambda value, type=None: pa.array([value(row) for row in range(60)], type=type)
table = pa.table({
  "time": of(lambda row: datetime.time(row % 24, 3), pa.time64("us")),
  "span": of(lambda row: row, pa.duration("us")),
  "zoned": of(lambda row: row, pa.timestamp("ms", tz="Asia/Tokyo")),
  "decimal": of(lambda row: decimal.Decimal(row) / 4, pa.decimal128(20, 2)),
  "digits": of(lambda row: decimal.Decimal("12345678901234567890.01") + row, pa.decimal128(38, 2)),
  "past": of(lambda row: 2**64 - 1 - row, pa.uint64()),
  "half": of(lambda row: float(row), pa.float32()).cast(pa.float16()),
  "unsigned": of(lambda row: row, pa.uint64()),
  "word": of(lambda row: "ab"[row % 2]).dictionary_encode(),
  "bytes": of(lambda row: b"%04d" % row, pa.binary(4)),
  "nothing": pa.nulls(60),
  "struct": of(lambda row: {"a": row, "t": datetime.time(3, 4)}),
  "map": of(lambda row: [(row % 3, {"z": row})], pa.map_(pa.int64(), pa.struct([("z", pa.int64())]))),
  "maps": of(lambda row: [[("k", row)]], pa.list_(pa.map_(pa.string(), pa.int64()))),
  "lists": of(lambda row: [[row], []]),
  "dotted.name/'s": of(lambda row: float("nan") if row < 6 else float("inf") if row < 9 else row / 8),
})
os.makedirs("${place}/deep")
pq.write_table(table, "${place}/a.parquet", compression="zstd")
pq.write_table(table, "${place}/deep/b.parquet", compression="gzip")
open("${place}/_SUCCESS", "w").close()
`;

test("a folder of pyarrow's files with columns of every type is looked at", async (context) => {
  const place = join(folder, "every-type");
  await runPython(context, server, "data", everyType(place));
  const words = [launcher, "report", place, "--json", "-"];
  const { code, stderr, stdout } = await runProgram(process.execPath, words, { cwd: folder });
  expect(code, stderr).toBe(0);
  const { columns, rows } = JSON.parse(stdout);
  expect(rows.table).toBe(120);
  const kinds = Object.fromEntries(
    columns.map((one: { column: string; feature: string }) => [one.column, one.feature]),
  );
  expect(kinds).toEqual({
    ...{ time: "text", span: "numeric", zoned: "datetime", decimal: "numeric", half: "numeric" },
    ...{ digits: "numeric", past: "numeric" },
    ...{ unsigned: "numeric", word: "binary", bytes: "image", nothing: "empty", struct: "other", map: "text" },
    ...{ maps: "vector", lists: "vector", "dotted.name/'s": "numeric" },
  });
  expect(columns.at(-1)).toMatchObject({ missing: 12, invalid: 6 });
  const digits = columns.filter(({ column }: { column: string }) => column === "digits" || column === "past");
  expect(digits.map((one: { distinct: number; type: string }) => [one.distinct, one.type])).toEqual([
    [60, "text"],
    [60, "text"],
  ]);
});

test("how a file of CSV is written is told by options, and what is missing is said", async () => {
  const file = join(folder, "old.csv");
  writeFileSync(
    file,
    Buffer.from(
      each(60, (row) => `Müller ${row % 4};${row}`),
      "latin1",
    ),
  );
  const report = (...words: string[]) =>
    runProgram(process.execPath, [launcher, "report", file, ...words, "--json", "-"], { cwd: folder });
  const refused = await report();
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/not encoded in utf-8.* Here that is --encoding\./),
  ]);
  const made = await report("--encoding", "iso-8859-1", "--no-header", "--delimiter", ";");
  expect(JSON.parse(made.stdout)).toMatchObject({
    rows: { table: 60 },
    columns: [
      { column: "_c0", distinct: 4 },
      { column: "_c1", type: "long", feature: "numeric" },
    ],
  });
});

/** Work for some seconds: rows of numbers and texts, whose target a model learns. */
const manyRows = `id,a,b,c,d,e,y\n${each(20_000, (row) => {
  const of = (factor: number) => (row * factor) % 1_009;
  return `${row},${of(17)},${of(31)},${of(57)},${of(71)},text ${of(97)},${of(17) + of(31) > 900 + of(57) ? "yes" : "no"}`;
})}`;

test("a job whose program is killed leaves no report, and says what happened", async () => {
  const { s3, sagemaker } = clientsOf(server);
  await s3.createBucket({ Bucket: "many", CreateBucketConfiguration: { LocationConstraint: "us-west-2" } });
  await s3.putObject({ Bucket: "many", Key: "rows.csv", Body: manyRows });
  const page = join(folder, "killed.html");
  const made = server.sagebrush("report", "s3://many/rows.csv", "--target", "y", "--html", page);
  const hasCounted = async () =>
    (await linesOf(server, logGroup, "report-")).flat().some((line) => /^Counted/.test(line));
  await expect.poll(hasCounted, { ...patience, timeout: 120_000 }).toBe(true);
  const programs = processesOfRuns(server.home).filter((pid) => commandOf(pid).includes("flow-job.ts"));
  expect(programs.length).toBeGreaterThan(0);
  for (const pid of programs) process.kill(pid, "SIGKILL");
  const { code, stderr } = await made;
  expect(code).toBe(1);
  expect(stderr).toMatch(/137|SIGKILL|killed/);
  expect(existsSync(page)).toBe(false);
  const [job] = (await sagemaker.listProcessingJobs({ NameContains: "report-" })).ProcessingJobSummaries!;
  expect(job!.ProcessingJobStatus).toBe("Failed");
  const { ProcessingOutputConfig } = await sagemaker.describeProcessingJob({
    ProcessingJobName: job!.ProcessingJobName!,
  });
  const place = new URL(ProcessingOutputConfig!.Outputs![0]!.S3Output!.S3Uri!);
  const { KeyCount } = await s3.listObjectsV2({ Bucket: place.host, Prefix: place.pathname.slice(1) });
  expect(KeyCount).toBe(0);
});

test("on this machine neither a killed program nor a killed command leaves a part of a report", async () => {
  const file = join(folder, "many.csv");
  writeFileSync(file, manyRows);
  const page = join(folder, "here.html");
  for (const whom of ["program", "command"] as const) {
    const command = spawn(process.execPath, [launcher, "report", file, "--target", "y", "--html", page]);
    const ended = new Promise<number | null>((done) => command.once("close", done));
    let said = "";
    const counted = new Promise<void>((done) => {
      command.stderr.on("data", (bytes: Buffer) => {
        said += bytes;
        if (said.includes("Counted")) done();
      });
    });
    await Promise.race([counted, ended]);
    const below = descendantsOf(command.pid!);
    const program = below.find((pid) => commandOf(pid).includes("flow-job.ts"));
    expect(program, said).toBeDefined();
    // The launcher hands over to another process of Node.
    for (const pid of whom === "program" ? [program!] : [command.pid!, ...below]) process.kill(pid, "SIGKILL");
    const code = await ended;
    if (whom === "program") expect([code, said]).toEqual([1, expect.stringMatching(/ended/)]);
    expect(readdirSync(folder).filter((name) => name.startsWith("here."))).toEqual([]);
  }
});

const commandOf = (pid: number): string => textOf(`/proc/${pid}/cmdline`);

function descendantsOf(pid: number): number[] {
  const parents = readParents();
  const isBelow = (one: number | undefined): boolean =>
    one !== undefined && (parents.get(one) === pid || isBelow(parents.get(one)));
  return [...parents.keys()].filter((one) => isBelow(one));
}

test("rows are looked for duplicates as they are written, with words among numbers and more digits than a double has", async () => {
  const file = join(folder, "written.csv");
  const lines = ["12345678901234567890.01", "12345678901234567890.02", "low", "high", "7", "8", "9", "10", "11", "11"];
  writeFileSync(file, `n\n${lines.join("\n")}\n`);
  const words = [launcher, "analyze", "duplicate_rows", file, "--json", "-"];
  const { code, stderr, stdout } = await runProgram(process.execPath, words, { cwd: folder });
  expect(code, stderr).toBe(0);
  const { data } = JSON.parse(stdout);
  expect(data).toMatchObject({ rows: 10, duplicates: 2, sets: 1, most: [{ values: { n: "11" } }] });
});
