import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type ContractSkips, executorContract } from "../executor.contract.ts";
import {
  collect,
  type ExecutorUnderTest,
  firstEvent,
  isLine,
  runSpecToEnd,
  scriptSpec,
} from "../script-run.fixture.ts";
import { canLimitCores } from "./control-group.ts";
import { findProgram } from "./machine-needs.ts";
import { probeSandbox } from "./probe-sandbox.ts";
import { createProcessExecutor, type ProcessExecutorOptions } from "./process.ts";
import { childrenOf, identify, isAlive, residentBytesOfTree } from "./processes.ts";

const serverUrl = "http://127.0.0.1:4620";
const productRoot = resolve(import.meta.dirname, "../../..");

function createHome(changes: Partial<ProcessExecutorOptions> = {}) {
  const home = mkdtempSync(join(tmpdir(), "runs-"));
  const options = {
    folder: join(home, "runs"),
    home,
    lease: join(home, "lease"),
    addressFile: join(home, "address", "url"),
    productRoot,
    node: process.execPath,
    ...changes,
  };
  mkdirSync(join(home, "address"));
  writeFileSync(options.addressFile, serverUrl);
  mkdirSync(options.folder);
  writeFileSync(options.lease, "");
  return { home, options, executor: createProcessExecutor(options) };
}

async function clear({ home, executor }: ReturnType<typeof createHome>): Promise<void> {
  for (const runId of await executor.list()) await executor.remove(runId);
  rmSync(home, { recursive: true });
}

async function underTest(changes: Partial<ProcessExecutorOptions>): Promise<ExecutorUnderTest> {
  const made = createHome(changes);
  return { executor: made.executor, serverUrl, close: () => clear(made) };
}

const skips: ContractSkips = {
  groups: "the hosts of a group need addresses of their own; all runs have those of the machine",
  "container images": "it starts programs of the machine",
  ...(canLimitCores() ? {} : { "limit on cores": "this machine gives us no control group" }),
};
const noSandbox = "it has none";
executorContract("process executor, plain", () => underTest({ sandbox: "plain" }), {
  skips: {
    ...skips,
    "network isolation": noSandbox,
    "inner sandbox": noSandbox,
    "inner sandbox, by its words": noSandbox,
  },
});
const folderOfUnshare = mkdtempSync(join(tmpdir(), "unshare-"));
for (const name of ["unshare", "mkfifo"]) {
  const program = findProgram(name);
  if (program !== undefined) symlinkSync(program, join(folderOfUnshare, name));
}
afterAll(() => rmSync(folderOfUnshare, { recursive: true }));

/** What each sandbox is made by: without bubblewrap on the PATH, util-linux makes it. */
const sandboxes = [
  { title: "bubblewrap", path: process.env.PATH },
  { title: "unshare", path: folderOfUnshare },
].map((one) => ({ ...one, probe: probeSandbox(one.path) }));
for (const { title, path, probe } of sandboxes) {
  if (probe.works && probe.kind === title)
    executorContract(`process executor, ${title}`, () => underTest({ path }), { skips });
  else
    it.skipIf(!process.env.CI)(`process executor, ${title}`, () => {
      throw new Error(`CI tests the sandbox too: ${JSON.stringify(probe)}`);
    });
}

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

it("a run ends when no server has renewed the lease", async () => {
  const made = createHome({ sandbox: "plain", leaseSeconds: 2 });
  await made.executor.start("abandoned", forever);
  const events = await collect(made.executor.events("abandoned"));
  expect(events.at(-1)).toMatchObject({ exit: { code: 137, reason: "lost" } });
  await clear(made);
});

it("a run goes on while the lease is renewed", async () => {
  const made = createHome({ sandbox: "plain", leaseSeconds: 2 });
  await made.executor.start("held", scriptSpec(`setTimeout(() => console.log("done"), 4000)`));
  const renewing = setInterval(() => utimesSync(made.options.lease, new Date(), new Date()), 500);
  const events = await collect(made.executor.events("held"));
  clearInterval(renewing);
  expect(events.some(isLine("done"))).toBe(true);
  await clear(made);
});

it.each(sandboxes.filter(({ probe }) => probe.works))(
  "a run in a sandbox by $title sees its own /opt/ml and host name, and neither the home nor the host's files",
  async ({ title, path }) => {
    const made = createHome({ path });
    writeFileSync(join(made.home, "keys"), "secret");
    writeFileSync(join(tmpdir(), "of-the-host"), "");
    await made.executor.start(
      "kept",
      scriptSpec(`
      const there = (path) => fs.existsSync(path);
      console.log(JSON.stringify([ml, require("os").hostname(), there(${JSON.stringify(join(made.home, "keys"))}),
        there("/tmp/of-the-host"), there("/etc/shadow"), there("/root"), fs.readFileSync("/etc/hosts", "utf8").includes("algo-1")]));
      try { fs.writeFileSync("/usr/written", ""); } catch (error) { console.log(error.code); }`),
    );
    const events = await collect(made.executor.events("kept"));
    expect(events[0]).toMatchObject({ state: "started", detail: { sandbox: title, ml: "/opt/ml" } });
    expect(events.flatMap((event) => (event.type === "log" ? [event.line] : []))).toEqual([
      '["/opt/ml","algo-1",false,false,false,false,true]',
      "EROFS",
    ]);
    rmSync(join(tmpdir(), "of-the-host"));
    await clear(made);
  },
);

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

it("counts the memory of a process and of all below it", async () => {
  const source = `const kept = Buffer.alloc(100e6, 1); console.log("up"); setInterval(() => kept.length, 1000)`;
  const shell = spawn("/bin/sh", ["-c", `"$0" -e '${source}'; true`, process.execPath], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(shell.stdout!, "data");
  const [child] = childrenOf(shell.pid!);
  expect(residentBytesOfTree(shell.pid!)).toBeGreaterThan(100e6);
  expect(childrenOf(process.pid)).toContain(shell.pid);
  process.kill(child!, "SIGKILL");
  await once(shell, "exit");
  expect(residentBytesOfTree(shell.pid!)).toBe(0);
});

it("tells two processes with the same id apart", () => {
  const self = identify(process.pid)!;
  expect(isAlive(self)).toBe(true);
  expect(isAlive({ ...self, startTime: "1" })).toBe(false);
  expect(identify(2 ** 22 + 1)).toBeUndefined();
});

it("bounds the log of a run that prints without end, keeps its states, and shows how it ended", async () => {
  const made = createHome({ log: { bytesPerSecond: 64 * 1024, bytes: 0 } });
  const { lines, states, exit } = await runSpecToEnd(
    made.executor,
    scriptSpec(`const line = "x".repeat(1000) + "\\n";
      for (let part = 0; part < 20; part++) fs.writeSync(1, line.repeat(1000));
      fs.writeSync(3, JSON.stringify({ state: "Told" }) + "\\n");
      console.log("the last words");`),
  );
  expect(exit).toMatchObject({ code: 0 });
  expect(states.map(({ state }) => state)).toEqual(["started", "Told"]);
  expect(lines.at(-1)).toBe("the last words");
  // Twenty thousand lines were printed; those of four seconds, and for each further second one second's, are kept.
  expect(lines.length).toBeLessThan(5000);
  const counted = lines.flatMap(
    (line) => /^\((\d+) lines are left out here: .* SAGEBRUSH_LOG_RATE\)$/.exec(line)?.[1] ?? [],
  );
  const own = lines.filter((line) => line.startsWith("xxx"));
  expect(counted.reduce((sum, count) => sum + Number(count), own.length)).toBe(20_000);
  await clear(made);
});
