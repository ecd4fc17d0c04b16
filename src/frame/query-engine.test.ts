import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../base/clock.ts";
import { createIds } from "../base/ids.ts";
import type { EngineRequest } from "../engines/engine-frame.ts";
import { createProcessExecutor } from "../executors/process/process.ts";
import { childrenOf } from "../executors/process/processes.ts";
import { askEngine, EngineLost } from "../runs/ask-engine.ts";
import { createReconcileEngine, type ReconcileEngine } from "../server/reconcile/reconcile.ts";
import { createTestContext, type TestContext } from "../server/request/test-context.ts";
import { logEvents } from "../services/platform/logs/log-events.ts";
import { logGroup } from "../services/platform/logs/log-group.ts";
import { logStream } from "../services/platform/logs/log-stream.ts";
import { bucket } from "../services/platform/s3/bucket.ts";
import { object } from "../services/platform/s3/object.ts";
import { objectListing } from "../services/platform/s3/object-listing.ts";
import { openFilesystemObjectStore } from "../stores/objects/filesystem.ts";
import { bringObjects, dropObjects, listObjects } from "./engine-files.ts";
import { queryEngineReconciler } from "./query-engine.reconcile.ts";
import { engineCount, queryEngine, wakeEngines } from "./query-engine.ts";

let home: string;
let context: TestContext;
let engine: ReconcileEngine;
let passed = 0;
const reports: unknown[] = [];
const never = new AbortController().signal;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "sagebrush-engines-"));
  const [lease, addressFile] = [join(home, "lease"), join(home, "address", "server")];
  writeFileSync(lease, "");
  mkdirSync(dirname(addressFile));
  writeFileSync(addressFile, "http://127.0.0.1:4620");
  const place = { productRoot: process.cwd(), node: process.execPath };
  const ids = createIds(systemClock, (count) => crypto.getRandomValues(new Uint8Array(count)));
  context = createTestContext({
    units: [logGroup, logStream, logEvents, bucket, object, objectListing],
    executor: createProcessExecutor({ folder: join(home, "runs"), home, lease, addressFile, ...place }),
    objects: openFilesystemObjectStore(join(home, "objects"), { clock: systemClock, ids }),
    clock: { now: () => Date.now() + passed },
  });
  engine = createReconcileEngine({
    ...{ resources: context.resources, executors: context.executors, clock: context.clock },
    reconcilers: [{ kind: queryEngine.name, unfinished: ["Up"], load: async () => queryEngineReconciler }],
    contextFor: () => context,
    report: (what, error) => reports.push(what, error),
  });
  await engine.start();
  await wakeEngines(context);
  await context.call("s3", "CreateBucket", {
    Bucket: "lake",
    CreateBucketConfiguration: { LocationConstraint: "us-west-2" },
  });
  const put = (Key: string, Body: string) => context.call("s3", "PutObject", { Bucket: "lake", Key, Body: body(Body) });
  await put("t/a.csv", "1,x\n2,\n");
  await put("t/_SUCCESS", "no rows");
  await put("t/.hidden/b.csv", "no rows");
});
afterAll(async () => {
  await engine.stop();
  await context.engines.close();
  for (const executor of context.executors.all) for (const runId of await executor.list()) await executor.remove(runId);
  await context.objects.close();
  rmSync(home, { recursive: true, force: true });
  expect(reports).toEqual([]);
}, 30_000);

const body = (text: string) => Readable.from([Buffer.from(text)]) as never;

/** Asks an engine over a table of the bucket, and returns what it answered. */
async function ask(sql: string, results: EngineRequest["results"] = { form: "csv" }, signal = never) {
  const lease = await context.engines.take(context, signal);
  let broken = false;
  try {
    const found = await listObjects(context, { bucket: "lake", prefix: "t/" });
    const place = { bucket: "lake", prefix: "t/", folder: "query/t0" };
    const files = await bringObjects(context, lease.runId, place, found);
    const format = { kind: "text", delimiter: ",", nullText: "", elements: "|", keys: ":", skippedLines: 0 } as const;
    const columns = [
      { name: "n", type: "int" },
      { name: "s", type: "string" },
    ];
    const tables = [{ name: "t0", columns, partitionKeys: [], format, files }];
    const frames: string[] = [];
    for await (const { type, body } of askEngine(lease.address, { statement: { sql, tables }, results }, signal))
      frames.push(`${type} ${type === "end" ? JSON.parse(body.toString()).rows : body}`);
    return frames;
  } catch (error) {
    broken = error instanceof EngineLost;
    throw error;
  } finally {
    // Before another may have the engine: the folder has the same name.
    await dropObjects(context, lease.runId, "query");
    lease.release({ broken });
  }
}

test("an engine is up, answers over the objects of a bucket as lines of CSV, and can be asked again", async () => {
  const answer = [
    'columns [{"name":"n","type":"integer"},{"name":"s","type":"varchar"}]',
    'rows "n","s"\n"1","x"\n"2",\n',
    "end 2",
  ];
  for (let count = 0; count < 3; count++) expect(await ask("SELECT n, s FROM t0 ORDER BY n")).toEqual(answer);
  const fault = await ask("SELECT error('HIVE_BAD_DATA: no')");
  expect(fault.at(-1)).toBe('fault {"kind":"data","message":"HIVE_BAD_DATA: no"}');
}, 60_000);

test("an engine writes files, which come with the answer", async () => {
  const files = {
    format: "csv",
    columns: [{ name: "n" }],
    compression: "none",
    delimiter: ",",
    partitionedBy: [],
    name: "out",
  };
  const frames = await ask("SELECT n FROM t0", { form: "files", files: files as never });
  expect(frames).toEqual(['file {"path":"out_0.csv","sizeBytes":4}', "bytes 1\n2\n", "end 2"]);
}, 60_000);

test("the stored objects cannot be written to, and no other file is seen", async () => {
  const [runId] = await context.executors.all[0]!.list();
  const own = context.executors.all[0]!.ownFolder!(runId!);
  for (const sql of [
    `COPY (SELECT 9) TO '${own}/tables/query/t0/a.csv'`,
    "SELECT * FROM read_text('/run/sagebrush/own/tables/query/t0/../../../start')",
    "SELECT * FROM read_text('/etc/passwd')",
  ])
    expect((await ask(sql)).at(-1)).toMatch(/^fault/);
  // One that is no query is not even one to the engine.
  const write = "COPY (SELECT 9) TO '/run/sagebrush/own/tables/query/t0/a.csv' (FORMAT csv)";
  expect((await ask(write)).at(-1)).toMatch(/^fault .*(Read-only|Cannot open|Permission|Parser Error)/);
  const { Body } = await context.call("s3", "GetObject", { Bucket: "lake", Key: "t/a.csv" });
  let kept = "";
  for await (const piece of Body as unknown as AsyncIterable<Uint8Array>) kept += Buffer.from(piece);
  expect(kept).toBe("1,x\n2,\n");
}, 60_000);

test("a query that is cancelled ends, and its engine goes on", async () => {
  const stop = new AbortController();
  const long = ask("SELECT count(*) FROM range(1000000000) a, range(1000000) b", { form: "csv" }, stop.signal);
  setTimeout(() => stop.abort(), 300);
  await expect(long).rejects.toThrow();
  // Both engines take statements at once.
  const both = Array.from({ length: engineCount(context) }, () => ask("SELECT n FROM t0"));
  for (const frames of await Promise.all(both)) expect(frames.at(-1)).toBe("end 2");
}, 60_000);

test("an engine that is killed is missed, and another one takes its place", async () => {
  const before = await context.executors.all[0]!.list();
  const asked = Array.from({ length: engineCount(context) }, () =>
    ask("SELECT count(*) FROM range(1000000000) a, range(1000000) b").catch((error) => error),
  );
  await expect.poll(() => context.engines.idleSince(context)).toBeUndefined();
  for (const runId of before) process.kill(programOf(runId), "SIGKILL");
  for (const error of await Promise.all(asked)) expect(error).toBeInstanceOf(EngineLost);
  expect((await ask("SELECT n FROM t0 WHERE n = 2")).at(-1)).toBe("end 1");
}, 60_000);

test("engines that nobody asks end", async () => {
  passed += 11 * 60_000;
  await engine.stop();
  engine = createReconcileEngine({
    ...{ resources: context.resources, executors: context.executors, clock: context.clock },
    reconcilers: [{ kind: queryEngine.name, unfinished: ["Up"], load: async () => queryEngineReconciler }],
    contextFor: () => context,
    report: (what, error) => reports.push(what, error),
  });
  await engine.start();
  await expect.poll(() => context.executors.all[0]!.list(), { timeout: 20_000 }).toEqual([]);
}, 60_000);

/** The process of a run's engine: the last one that its keeper has below itself. */
function programOf(runId: string): number {
  let { pid } = JSON.parse(readFileSync(join(home, "runs", runId, "keeper.json"), "utf8")) as { pid: number };
  for (let [child] = childrenOf(pid); child !== undefined; [child] = childrenOf(pid)) pid = child;
  return pid;
}
