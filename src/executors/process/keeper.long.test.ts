import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { collect, firstEvent, isLine, scriptSpec } from "../script-run.fixture.ts";
import type { ProcessExecutorOptions } from "./process.ts";
import { clear, createHome, sandboxes } from "./process-executor.fixture.ts";
import { identify, isAlive } from "./processes.ts";

const forever = scriptSpec(`console.log("up " + process.pid); setInterval(() => {}, 1000)`);
const isUp = (event: { type: string; line?: string }) => event.type === "log" && event.line!.startsWith("up ");

describe.each([
  { title: "plain", sandbox: "plain" as const, path: undefined },
  ...sandboxes
    .filter(({ probe }) => probe.works)
    .map(({ title, path }) => ({ title, sandbox: "auto" as const, path: path! })),
])("a keeper, $title", ({ sandbox, path }) => {
  const made = createHome({ sandbox, path });
  const { options, executor } = made;
  afterAll(() => clear(made));
  const record = (runId: string, file: string) => JSON.parse(readFileSync(join(options.folder, runId, file), "utf8"));

  it("goes on when the server is killed, and is found by the next one", async () => {
    const server = await startServer({ ...options, sandbox, path }, "survivor");
    server.kill("SIGKILL");
    await once(server, "exit");
    expect(await executor.find("survivor")).toEqual({ state: "running" });
    await executor.start("survivor", scriptSpec(`console.log("again")`));
    await firstEvent(executor, "survivor", isUp);
    await executor.stop("survivor", 10);
    const events = await collect(executor.events("survivor"));
    expect(events.filter(isUp)).toHaveLength(1);
    expect(events.some(isLine("again"))).toBe(false);
    expect(events.at(-1)).toMatchObject({ exit: { reason: "stopped" } });
  });

  it("takes the whole run with it when its folder is gone", async () => {
    await executor.start("homeless", forever);
    await firstEvent(executor, "homeless", isUp);
    const [keeper, command] = [record("homeless", "keeper.json"), record("homeless", "command.json")];
    rmSync(join(options.folder, "homeless"), { recursive: true });
    await gone(keeper);
    await gone(command);
  });

  it("that is killed leaves a run that is lost, and nothing of it once it is removed", async () => {
    await executor.start("orphan", forever);
    await firstEvent(executor, "orphan", isUp);
    const [keeper, command] = [record("orphan", "keeper.json"), record("orphan", "command.json")];
    process.kill(keeper.pid, "SIGKILL");
    const events = await collect(executor.events("orphan"));
    expect(events.at(-1)?.type).toBe("log");
    expect(await executor.find("orphan")).toMatchObject({ state: "lost" });
    if (sandbox === "plain") await executor.stop("orphan", 0);
    await gone(command);
    await executor.start("orphan", forever);
    expect(await executor.find("orphan")).toMatchObject({ state: "lost" });
  });

  it("leaves nothing of a run whose keeper and command were killed together", async () => {
    const source = `const child = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"],
        { detached: true, stdio: "ignore" }); console.log("up " + child.pid); setInterval(() => {}, 1000)`;
    await executor.start("shattered", scriptSpec(source));
    const up = await firstEvent(executor, "shattered", isUp);
    // A sandboxed process has another id outside; it ends with the sandbox.
    const child = sandbox === "plain" ? identify(Number((up as { line: string }).line.slice(3))) : undefined;
    const [keeper, command] = [record("shattered", "keeper.json"), record("shattered", "command.json")];
    for (const { pid } of [keeper, command]) process.kill(pid, "SIGKILL");
    for (const one of [keeper, command]) await gone(one);
    expect(await executor.find("shattered")).toMatchObject({ state: "lost" });
    await executor.stop("shattered", 0);
    if (child) await gone(child);
  });

  it.skipIf(!existsSync("/dev/full"))("waits for a disk that takes neither its exit nor its complaints", async () => {
    const file = (name: string) => join(options.folder, "full", name);
    mkdirSync(file("exit.json"), { recursive: true });
    symlinkSync("/dev/full", file("errors"));
    await executor.start("full", scriptSpec(`console.log("done")`));
    const tries = new Set<number | undefined>();
    const { pid } = record("full", "keeper.json");
    await expect
      .poll(() => tries.add(statSync(file(`exit.json.${pid}`), { throwIfNoEntry: false })?.mtimeMs).size, {
        timeout: 10_000,
        interval: 100,
      })
      .toBeGreaterThan(3);
    rmdirSync(file("exit.json"));
    expect((await collect(executor.events("full"))).at(-1)).toMatchObject({ exit: { code: 0 } });
  });

  it("whose files a loss of power has damaged leaves a run that is lost, and its other events", async () => {
    await executor.start("damaged", forever);
    await firstEvent(executor, "damaged", isUp);
    const [keeper, command] = [record("damaged", "keeper.json"), record("damaged", "command.json")];
    process.kill(keeper.pid, "SIGKILL");
    const file = (name: string) => join(options.folder, "damaged", name);
    appendFileSync(
      file("events"),
      '{"number":2,"ti\n\0\0\0\n{"number":2,"time":5,"log":0,"state":"Later","detail":{}}\n',
    );
    appendFileSync(file("log"), "\0\0\0\n");
    for (const name of ["keeper.json", "exit.json"]) writeFileSync(file(name), "");
    expect(await executor.find("damaged")).toMatchObject({ state: "lost" });
    const events = await collect(executor.events("damaged"));
    expect(events.flatMap((event) => (event.type === "state" ? [event.state] : []))).toEqual(["started", "Later"]);
    expect(events.filter(isLine("\0\0\0"))).toMatchObject([{ time: expect.any(Number) }]);
    expect(events.every(({ time }) => Number.isInteger(time))).toBe(true);
    await executor.remove("damaged");
    await gone(command);
  });
});

/** Starts a server that starts a run and then waits to be killed. */
async function startServer(options: ProcessExecutorOptions, runId: string): Promise<ChildProcess> {
  const source = `
    const { createProcessExecutor } = await import(${JSON.stringify(join(import.meta.dirname, "process.ts"))});
    await createProcessExecutor(${JSON.stringify(options)}).start(${JSON.stringify(runId)}, ${JSON.stringify(forever)});
    console.log("started");
    setInterval(() => {}, 1000);`;
  const server = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(server.stdout!, "data");
  return server;
}

async function gone(known: { pid: number; startTime: string }): Promise<void> {
  await expect.poll(() => isAlive(known), { timeout: 10_000 }).toBe(false);
}
