import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Connections, createConnections } from "../../runs/connections.ts";
import { createExecutors } from "../executors.ts";
import type { RunEvent, RunSpec } from "../port.ts";
import { collect, firstEvent, ids, scriptSpec } from "../script-run.fixture.ts";
import { testExecutor } from "../test-executor.ts";
import { createThreadExecutor, type ThreadExecutor } from "./thread.ts";

let home: string;
let executor: ThreadExecutor;
let connections: Connections;
const open = () => {
  const addressFile = join(home, "address", "url");
  const place = { productRoot: resolve(import.meta.dirname, "../../.."), node: process.execPath };
  return createThreadExecutor({ folder: join(home, "threads"), addressFile, ...place, bySockets: false });
};

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "threads-"));
  mkdirSync(join(home, "address"));
  writeFileSync(join(home, "address", "url"), "http://127.0.0.1:4620");
  executor = open();
  connections = createConnections();
});
afterAll(async () => {
  await executor.close();
  rmSync(home, { recursive: true });
});

const program = { script: "src/executors/thread/thread-program.fixture.ts", arguments: [] };
const isState = (state: string) => (event: RunEvent) => event.type === "state" && event.state === state;

/** Starts a thread, and waits until it takes requests. */
async function start(changes: Partial<RunSpec> = {}): Promise<string> {
  const runId = ids.ulid();
  await executor.start(runId, scriptSpec("", { program, ...changes }));
  await firstEvent(executor, runId, isState("InService"));
  return runId;
}

async function ask(runId: string, text: string, milliseconds = 20_000) {
  const address = await executor.reach(runId, "server.sock");
  const answer = await connections
    .frames(address)
    .invoke(["content-type", "text/plain"], Buffer.from(text), milliseconds);
  return "body" in answer ? String(answer.body) : answer;
}
const exitOf = async (runId: string) => (await collect(executor.events(runId))).at(-1);
const broken = { failure: "The model server ended before it answered.", begun: true };

it("answers many requests at once, and bodies that are larger than the memory between", async () => {
  const runId = await start();
  const texts = Array.from({ length: 500 }, (_, index) => `${index} ${"y".repeat(index)}`);
  expect(await Promise.all(texts.map((text) => ask(runId, text)))).toEqual(texts);
  const large = "z".repeat(3_000_000);
  const [echo, small, made] = await Promise.all([ask(runId, large), ask(runId, "small"), ask(runId, "once 2000000")]);
  expect([echo === large, small, made === "x".repeat(2_000_000)]).toEqual([true, "small", true]);
  expect((await executor.usage([runId])).get(runId)).toEqual({
    memoryBytes: expect.any(Number),
    cpuSeconds: expect.any(Number),
  });
  await executor.remove(runId);
  expect(await executor.find(runId)).toEqual({ state: "unknown" });
});

it("records what a thread prints and tells, and gives it no variable but its own", async () => {
  process.env.SECRET_OF_THE_SERVER = "must not be seen";
  const runId = await start({ environment: { MINE: "mine" }, server: { address: true, sockets: ["server.sock"] } });
  delete process.env.SECRET_OF_THE_SERVER;
  await ask(runId, "print something");
  await executor.stop(runId, 30);
  const events = await collect(executor.events(runId));
  const lines = events.flatMap((event) => (event.type === "log" ? [event.line] : []));
  const names = "AWS_ENDPOINT_URL MINE NO_PROXY SAGEBRUSH_ADDRESS_FILE SAGEBRUSH_MEMORY_BYTES SAGEBRUSH_ML_ROOT";
  expect(lines).toEqual([JSON.stringify(names.split(" ")), "something", "half a "]);
  expect(events.filter(({ type }) => type === "state")).toMatchObject([
    { number: 1, state: "started" },
    { number: 2, state: "InService", detail: { frames: 1 } },
  ]);
  expect(events.at(-1)).toMatchObject({ exit: { code: 0, reason: "stopped" } });
});

it("a thread that ends takes its own requests with it, and no other thread's", async () => {
  const [dying, other] = await Promise.all([start(), start()]);
  const [died, beside, answered] = await Promise.all([ask(dying, "die"), ask(dying, "beside"), ask(other, "fine")]);
  expect([died, beside, answered]).toEqual([broken, broken, "fine"]);
  expect(await exitOf(dying)).toMatchObject({ exit: { code: 3 } });
  expect(await ask(dying, "gone")).toMatchObject({ begun: false });
  expect(await ask(other, "still")).toBe("still");
});

it("one that hangs is ended after its silence, with what it held, while others answer", async () => {
  const [hanging, other] = await Promise.all([start({ limits: { silenceSeconds: 1 } }), start()]);
  const address = await executor.reach(hanging, "server.sock");
  if (!("thread" in address)) throw new Error("it is not reached as a thread");
  expect(address.thread.signOfLife()).toBe("yes");
  const [held, answered] = await Promise.all([ask(hanging, "hang"), ask(other, "fine")]);
  expect([held, answered]).toEqual([broken, "fine"]);
  expect(address.thread.signOfLife()).toBe("gone");
  const events = await collect(executor.events(hanging));
  expect(events.slice(-2)).toMatchObject([
    { line: "The model server has given no sign of life for 1 s: it hangs, and is ended." },
    { exit: { code: 137, reason: "silent" } },
  ]);
});

it.each(["heap", "arrays"])("one that takes more memory than it may is ended: %s", async (kind) => {
  const [large, other] = await Promise.all([start({ limits: { memoryBytes: 80e6 } }), start()]);
  expect(await Promise.all([ask(large, kind), ask(other, "fine")])).toEqual([broken, "fine"]);
  expect(await exitOf(large)).toMatchObject({ exit: { code: 137, reason: "memory" } });
});

it("one that is asked to end answers what it has, and one that does not end is ended", async () => {
  const [ending, hanging] = await Promise.all([start(), start()]);
  const answers = Array.from({ length: 50 }, (_, index) => ask(ending, `${index}`));
  const held = ask(hanging, "hang");
  await ask(ending, "is there");
  await Promise.all([executor.stop(ending, 30), executor.stop(hanging, 0.1)]);
  expect(await Promise.all(answers)).toEqual(answers.map((_, index) => `${index}`));
  expect(await held).toEqual(broken);
  expect(await exitOf(ending)).toMatchObject({ exit: { code: 0, reason: "stopped" } });
  expect(await exitOf(hanging)).toMatchObject({ exit: { code: 137, reason: "stopped" } });
});

it("one that throws says so in its log", async () => {
  const runId = ids.ulid();
  await executor.start(runId, scriptSpec("", { program, environment: { THROWS: "1" } }));
  const events = await collect(executor.events(runId));
  expect(events.some((event) => event.type === "log" && event.line.includes("thrown at the start"))).toBe(true);
  expect(events.at(-1)).toMatchObject({ exit: { code: 1 } });
});

it("starts the same id once, and is taken only where it is named", async () => {
  const runId = ids.ulid();
  const spec = scriptSpec("", { program });
  await Promise.all([executor.start(runId, spec), executor.start(runId, spec)]);
  await firstEvent(executor, runId, isState("InService"));
  expect(await ask(runId, "one")).toBe("one");
  const executors = createExecutors([testExecutor("process"), executor], "process");
  expect(await executors.choose(spec)).toMatchObject({ executor: { name: "process" } });
  expect(await executors.choose(spec, "thread")).toEqual({ executor });
  expect(await executors.choose({ ...spec, network: "none" }, "thread")).toEqual({
    refusal: expect.stringContaining("network isolation"),
  });
});

it("what was there when its process ended counts as stopped", async () => {
  const runId = await start();
  // As the next process finds it.
  const next = open();
  expect(await next.find(runId)).toMatchObject({ state: "exited", exit: { reason: "stopped" } });
  await executor.remove(runId);
});
