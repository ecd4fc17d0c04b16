import { join } from "node:path";
import { Athena } from "@aws-sdk/client-athena";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { createTestServer, type TestServer } from "./server.ts";
import { shopQueries } from "./shop-queries.ts";

let server: TestServer;
const rows = (statement: string) => shopQueries(server).rows(statement);

async function start(QueryString: string): Promise<string> {
  const { QueryExecutionId } = await new Athena(server.clientOptions).startQueryExecution({
    ...{ QueryString, QueryExecutionContext: { Database: "shop" } },
    ResultConfiguration: { OutputLocation: "s3://lake/results/" },
  });
  return QueryExecutionId!;
}

async function endOf(QueryExecutionId: string): Promise<string> {
  for (;;) {
    const { QueryExecution } = await new Athena(server.clientOptions).getQueryExecution({ QueryExecutionId });
    const { State, StateChangeReason = "" } = QueryExecution!.Status!;
    if (State !== "QUEUED" && State !== "RUNNING") return `${State} ${StateChangeReason}`.trim();
  }
}

/** Runs statements, and kills the server before it has written that they are over: the next one begins them anew. */
async function interrupted(...statements: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const statement of statements) {
    const id = await start(statement);
    expect([statement, await endOf(id)]).toEqual([statement, "SUCCEEDED"]);
    ids.push(id);
  }
  return begunAnew(ids);
}

/** Kills the server as if it had not written that these queries are over, and returns how the next one ends them. */
async function begunAnew(ids: readonly string[]): Promise<string[]> {
  await server.kill();
  const database = new Sqlite(join(server.home, "resources.sqlite"));
  for (const id of ids) database.prepare("UPDATE resource SET status = 'RUNNING' WHERE name = ?").run(id);
  database.close();
  await server.start();
  return Promise.all(ids.map(endOf));
}

beforeAll(async () => {
  server = await createTestServer();
  await server.start();
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  await endOf(await start("CREATE DATABASE shop"));
}, 60_000);
afterAll(() => server.close());

test("INSERT of a table into itself adds its rows once, also when it is begun anew", async () => {
  await rows("CREATE TABLE t WITH (format = 'PARQUET') AS SELECT 1 AS n UNION ALL SELECT 2");
  expect(await interrupted("INSERT INTO t SELECT n + 10 FROM t")).toEqual(["SUCCEEDED"]);
  expect(await rows("SELECT n FROM t ORDER BY n")).toEqual([["n"], ["1"], ["2"], ["11"], ["12"]]);
}, 60_000);

test("DROP of a table of Iceberg that is begun anew removes the files that the first attempt left", async () => {
  // The next server has an address of its own.
  const s3 = () => clientsOf(server).s3;
  const keysOf = async (table: string) =>
    ((await s3().listObjectsV2({ Bucket: "lake", Prefix: `${table}/` })).Contents ?? []).map(({ Key }) => Key!);
  const isMetadata = (key: string) => key.endsWith(".metadata.json");
  // Nothing was removed when the server was killed; or all data, and some of what leads to it.
  const left: Readonly<Record<string, (key: string) => boolean>> = {
    whole: () => true,
    half: (key) => isMetadata(key) || key.includes("/metadata/snap-"),
  };
  const ids: string[] = [];
  for (const [table, isLeft] of Object.entries(left)) {
    const properties = `table_type = 'ICEBERG', is_external = false, location = 's3://lake/${table}/'`;
    await rows(`CREATE TABLE ${table} WITH (${properties}) AS SELECT 1 AS n`);
    await rows(`INSERT INTO ${table} VALUES 2`);
    const bodies = await Promise.all(
      (await keysOf(table)).filter(isLeft).map(async (Key) => {
        const { Body } = await s3().getObject({ Bucket: "lake", Key });
        return { Key, Body: await Body!.transformToByteArray() };
      }),
    );
    expect(bodies.some(({ Key }) => isMetadata(Key))).toBe(true);
    const id = await start(`DROP TABLE ${table}`);
    expect(await endOf(id)).toBe("SUCCEEDED");
    expect(await keysOf(table)).toEqual([]);
    for (const body of bodies) await s3().putObject({ Bucket: "lake", ...body });
    ids.push(id);
  }
  expect(await begunAnew(ids)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
  for (const table of Object.keys(left)) expect([table, await keysOf(table)]).toEqual([table, []]);
}, 90_000);

test("definitions that stand when they are begun anew have succeeded", async () => {
  const table = (name: string, more = "") =>
    `CREATE EXTERNAL TABLE ${name} (n int) ${more} LOCATION 's3://lake/${name}/'`;
  await rows(table("old"));
  await rows("CREATE VIEW old_view AS SELECT 1 AS n");
  await rows(table("parts", "PARTITIONED BY (p string)"));
  await rows("CREATE DATABASE empty");
  await rows("PREPARE old_statement FROM SELECT 1");
  const ends = await interrupted(
    ...["CREATE DATABASE more", "DROP DATABASE empty", table("made"), "CREATE VIEW made_view AS SELECT 1 AS n"],
    ...[
      "DROP TABLE old",
      "DROP VIEW old_view",
      "ALTER TABLE made ADD COLUMNS (m string)",
      "DEALLOCATE PREPARE old_statement",
    ],
    "ALTER TABLE made CHANGE COLUMN n k int",
    "ALTER TABLE parts ADD PARTITION (p = 'a') PARTITION (p = 'b') PARTITION (p = 'c')",
    "ALTER TABLE parts DROP PARTITION (p = 'a')",
    "ALTER TABLE parts PARTITION (p = 'b') RENAME TO PARTITION (p = 'd')",
  );
  expect(ends).toEqual(ends.map(() => "SUCCEEDED"));
  expect(await rows("SHOW COLUMNS IN made")).toEqual([["k".padEnd(20)], ["m".padEnd(20)]]);
  // What is not its own stands in the way as before.
  const again = await Promise.all([start("CREATE DATABASE more"), start(table("made")), start("DROP TABLE old")]);
  expect(await Promise.all(again.map(endOf))).toEqual([
    expect.stringMatching(/^FAILED .*AlreadyExistsException/),
    expect.stringMatching(/^FAILED .*AlreadyExistsException/),
    expect.stringMatching(/^FAILED .*Table not found shop\.old/),
  ]);
}, 90_000);
