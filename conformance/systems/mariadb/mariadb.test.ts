import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, dirname, join } from "node:path";
import mysql from "mysql2/promise";
import { afterAll, beforeAll, expect, test } from "vitest";
import { duckdb } from "../../../src/engines/duckdb/duckdb.ts";
import { openMysql } from "../../../src/runtimes/queries/databases/mysql.ts";
import { writeRows } from "../../../src/runtimes/queries/write-rows.ts";
import { freePort } from "../../free-port.ts";
import { isOnPath } from "../installation.ts";
import { installed } from "../installed.ts";
import { mariadb as system } from "./mariadb.ts";

let folder: string;
let port: number;
let end: (() => Promise<void>) | undefined;

beforeAll(async () => {
  if (!isOnPath("mariadbd")) return;
  const program = process.env
    .PATH!.split(delimiter)
    .map((place) => join(place, "mariadbd"))
    .find(
      (file) =>
        execFileSync("sh", ["-c", `test -x '${file}' && echo yes || echo no`], { encoding: "utf8" }) === "yes\n",
    )!;
  const base = dirname(dirname(realpathSync(program)));
  folder = mkdtempSync(join(tmpdir(), "mariadb-"));
  port = await freePort();
  const data = [`--basedir=${base}`, `--datadir=${folder}/data`, `--user=${userInfo().username}`];
  execFileSync(
    join(base, "bin", "mariadb-install-db"),
    ["--no-defaults", ...data, "--auth-root-authentication-method=normal", "--skip-test-db"],
    { stdio: "ignore" },
  );
  const words = [
    "--no-defaults",
    ...data,
    `--port=${port}`,
    `--socket=${folder}/socket`,
    "--bind-address=127.0.0.1",
    `--plugin-dir=${base}/lib/mysql/plugin`,
  ];
  const server = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"] });
  for await (const text of server.stderr.setEncoding("utf8")) if (/ready for connections/.test(text)) break;
  server.stderr.resume();
  end = async () => {
    server.kill();
    await once(server, "exit");
    rmSync(folder, { recursive: true, force: true });
  };
  const root = await mysql.createConnection({ socketPath: `${folder}/socket`, user: "root", multipleStatements: true });
  await root.query(`
    CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop;
    CREATE USER reader@'127.0.0.1' IDENTIFIED BY 's3cret'; GRANT ALL ON shop.* TO reader@'127.0.0.1';
    CREATE TABLE kinds (b boolean, i int, l bigint, u bigint unsigned, d double, m decimal(12, 2), t text, v varbinary(9),
      day date, at datetime(6), stamp timestamp NULL, j json, e enum('x', 'y'), y year, clock time);
    INSERT INTO kinds VALUES (true, -1, -9007199254740993, 18446744073709551615, 0.1, -1234567890.05, 'ü "x",\\n日本😀', x'00ff',
      '2024-02-29', '2024-02-29 12:34:56.789012', '2024-02-29 12:34:56', '{"a": 1}', 'y', 2024, '12:34:56');
    INSERT INTO kinds (i, t) VALUES (2, '');
    CREATE TABLE many AS SELECT CAST(seq AS SIGNED) AS i, seq * 0.5e0 AS d, CONCAT('row ', seq) AS t FROM seq_1_to_300000;
  `);
  await root.end();
}, 120_000);
afterAll(() => end?.());

const ask = (sql: string, more: object = {}) =>
  openMysql(
    {
      ...{ name: "shop", type: "mysql", host: "127.0.0.1", port, user: "reader", password: "s3cret", database: "shop" },
      ...more,
    },
    sql,
    new AbortController().signal,
  );

test("MariaDB's values come as they are", async (context) => {
  await installed(context, system);
  const opened = await ask("SELECT * FROM kinds ORDER BY i");
  expect(opened.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    "b bigint",
    "i bigint",
    "l bigint",
    "u decimal(20,0)",
    "d double",
    "m decimal(12,2)",
    "t string",
    "v binary",
    "day date",
    "at timestamp",
    "stamp timestamp",
    "j string",
    "e string",
    "y bigint",
    "clock string",
  ]);
  const rows: unknown[] = [];
  for await (const batch of opened.batches) rows.push(...batch);
  await opened.close();
  expect(rows).toEqual([
    [
      "1",
      "-1",
      "-9007199254740993",
      "18446744073709551615",
      "0.1",
      "-1234567890.05",
      'ü "x",\n日本😀',
      "00ff",
      "2024-02-29",
      "2024-02-29 12:34:56.789012",
      "2024-02-29 12:34:56",
      '{"a": 1}',
      "y",
      "2024",
      "12:34:56",
    ],
    [null, "2", null, null, null, null, "", null, null, null, null, null, null, null, null],
  ]);
});

test("many rows are streamed to Parquet, and none to a file that has the columns", async (context) => {
  await installed(context, system);
  const out = join(folder, "out");
  const many = await ask("SELECT * FROM many");
  expect(await writeRows(many, out, "parquet", 4 * 1024 ** 2)).toBe(300_000);
  await many.close();
  const files = readdirSync(out).map((path) => ({ path: `out/${path}`, uri: path, sizeBytes: 1 }));
  expect(files.length).toBeGreaterThan(1);
  const limits = { memoryBytes: 256 * 1024 ** 2, spillBytes: 1024 ** 3, threads: 1 };
  const engine = await duckdb.open({
    tables: folder,
    output: folder,
    spill: join(folder, "spill"),
    ...limits,
    prelude: [],
  });
  const columns = await engine.describe("parquet", files);
  expect(columns).toEqual([
    { name: "i", type: "bigint" },
    { name: "d", type: "double" },
    { name: "t", type: "string" },
  ]);
  const table = { ...{ name: "many", columns, partitionKeys: [], files }, format: { kind: "parquet" } as const };
  const sql = "SELECT count(*), sum(d), count(DISTINCT t) FROM many";
  const { batches } = await engine.rows({ sql, tables: [table] }, new AbortController().signal);
  for await (const batch of batches) expect(batch.columns.flat()).toEqual([300_000n, 22_500_075_000, 300_000n]);
  engine.close();
  const none = await ask("SELECT i, t FROM kinds WHERE false");
  expect(await writeRows(none, join(folder, "none"), "parquet")).toBe(0);
  await none.close();
  expect(readdirSync(join(folder, "none"))).toEqual(["part-00000_0.parquet"]);
});

test.each<readonly [string, string, object, RegExp]>([
  ["a table that is not there", "SELECT * FROM kindz", {}, /Table 'shop\.kindz' doesn't exist/],
  ["two statements", "SELECT 1; DROP TABLE kinds", {}, /error in your SQL syntax/],
  ["a change", "DELETE FROM kinds RETURNING i", {}, /READ ONLY transaction/],
  ["a wrong password", "SELECT 1", { password: "wrong" }, /Access denied for user 'reader'/],
])("%s is refused in MariaDB's words", async (_, sql, more, message) => {
  if (end === undefined) return;
  await expect(ask(sql, more)).rejects.toThrow(message);
});
