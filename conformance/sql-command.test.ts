import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Athena } from "@aws-sdk/client-athena";
import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { runProgram } from "./program.ts";
import { root, useServer } from "./server.ts";

const server = useServer();
const words = (...more: string[]) => [join(root, "bin", "sagebrush"), "sql", "--home", server.home, ...more];
const env = { ...process.env, AWS_REGION: "us-west-2" };
const sql = (...more: string[]) => runProgram(process.execPath, words(...more), { env });
const fed = (input: string, ...more: string[]) => runProgram(process.execPath, words(...more), { env, input });

/** 2,500 numbers. */
const numbers = `WITH d(n) AS (VALUES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
  SELECT a.n * 1000 + b.n * 100 + c.n * 10 + e.n AS n FROM d a, d b, d c, d e
  WHERE a.n * 1000 + b.n * 100 + c.n * 10 + e.n < 2500 ORDER BY 1`;

beforeAll(async () => {
  const { s3 } = clientsOf(server);
  await s3.createBucket({ Bucket: "lake" });
  await s3.putObject({ Bucket: "lake", Key: "items/a.csv", Body: '1,"pen, blue",1.50\n2,ink,\n' });
  const definitions = `CREATE DATABASE shop;
    -- A comment; with a semicolon.
    CREATE EXTERNAL TABLE shop.items (id int, item string, price double)
    ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION 's3://lake/items/';`;
  expect(await fed(definitions)).toEqual({ code: 0, stdout: "", stderr: "" });
}, 60_000);

test("a statement's rows as a table, as CSV and as JSON", async () => {
  const statement = "SELECT id, item, price FROM items ORDER BY id";
  const shop = ["--database", "shop"];
  expect(await sql(...shop, statement)).toEqual({
    ...{ code: 0, stderr: "" },
    stdout: ` id | item      | price
----+-----------+-------
  1 | pen, blue |   1.5
  2 | ink       |  NULL
`,
  });
  expect((await sql(...shop, "--format", "csv", statement)).stdout).toBe(
    '"id","item","price"\n"1","pen, blue","1.5"\n"2","ink",\n',
  );
  expect(JSON.parse((await sql(...shop, "--format", "json", statement)).stdout)).toEqual([
    { id: 1, item: "pen, blue", price: 1.5 },
    { id: 2, item: "ink", price: null },
  ]);
  expect((await sql(...shop, "SHOW TABLES")).stdout).toBe("items\n");
});

test("a result of several pages, from a file, and where its object lies", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sagebrush-sql-"));
  const file = join(folder, "numbers.sql");
  await writeFile(file, numbers);
  const { stdout } = await sql("--file", file, "--format", "csv", "--output", "s3://lake/numbers/");
  expect(stdout).toBe(`"n"\n${Array.from({ length: 2500 }, (_, number) => `"${number}"\n`).join("")}`);
  await rm(folder, { recursive: true });
  const { s3 } = clientsOf(server);
  expect((await s3.listObjectsV2({ Bucket: "lake", Prefix: "numbers/" })).KeyCount).toBe(2);
  const own = await s3.listObjectsV2({ Bucket: "aws-athena-query-results-123456789012-us-west-2" });
  expect(own.KeyCount).toBeGreaterThan(2);
});

test("the first statement that fails ends the command, with its reason", async () => {
  const failed = await fed("SELECT 1 AS a; SELECT nothing FROM shop.items; SELECT 3 AS c", "--format", "csv");
  expect(failed).toMatchObject({ code: 1, stdout: '"a"\n"1"\n' });
  expect(failed.stderr).toMatch(/^COLUMN_NOT_FOUND: line 1:8: .*nothing/);
  expect(await sql("SELEC 1")).toMatchObject({ code: 1, stderr: expect.stringContaining("SELEC") });
  expect(await sql("--format", "xml", "SELECT 1")).toMatchObject({ code: 2 });
  expect(await sql("--file", "/no/such/file")).toMatchObject({ code: 2 });
  expect(await fed("  -- nothing")).toMatchObject({ code: 2 });
  expect(await sql("--workgroup", "none", "SELECT 1")).toMatchObject({
    ...{ code: 1, stderr: "WorkGroup none is not found.\n" },
  });
});

test("an interrupt stops the query", async () => {
  const many = `WITH d(n) AS (VALUES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
    SELECT count(*) FROM d a, d b, d c, d e, d f, d g, d h, d i, d j, d k, d l WHERE a.n + b.n * c.n + l.n = 1000`;
  const child = spawn(process.execPath, words(many), { env, stdio: ["ignore", "ignore", "ignore"] });
  const athena = new Athena(server.clientOptions);
  const state = async () => {
    const { QueryExecutionIds } = await athena.listQueryExecutions({});
    const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId: QueryExecutionIds![0]! });
    return [QueryExecution!.Query === many, QueryExecution!.Status!.State];
  };
  await expect.poll(state, { timeout: 20_000 }).toEqual([true, "RUNNING"]);
  const ended = once(child, "exit");
  child.kill("SIGINT");
  expect((await ended)[0]).toBe(130);
  expect(await state()).toEqual([true, "CANCELLED"]);
});

// Other systems have another `script`.
test.runIf(process.platform === "linux")("a terminal gets a prompt that is left by exit", async () => {
  const state = await mkdtemp(join(tmpdir(), "sagebrush-state-"));
  const line = words().map((word) => `'${word}'`);
  const child = spawn("script", ["-qec", `'${process.execPath}' ${line.join(" ")}`, "/dev/null"], {
    env: { ...env, XDG_STATE_HOME: state },
  });
  let shown = "";
  child.stdout.on("data", (bytes) => {
    shown += bytes;
  });
  const ended = once(child, "exit");
  await expect.poll(() => shown, { timeout: 20_000 }).toContain("sql> ");
  child.stdin.write("use shop;\rSELECT item\rFROM items WHERE id = 1;\r");
  await expect.poll(() => shown, { timeout: 20_000 }).toMatch(/pen, blue[\s\S]*1 row, \d+ bytes read, \d+ ms/);
  child.stdin.write("exit\r");
  expect((await ended)[0]).toBe(0);
  await rm(state, { recursive: true });
});
