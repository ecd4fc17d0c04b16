import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIds } from "../base/ids.ts";
import type { Executor, RunEvent, RunSpec } from "./port.ts";

/** An executor to try, and what ends everything it may have left. */
export interface ExecutorUnderTest {
  readonly executor: Executor;
  close(): Promise<void>;
}

const ids = createIds({ now: () => Date.now() }, (count) => crypto.getRandomValues(new Uint8Array(count)));
const node = process.execPath;

/** A run of a few lines of JavaScript. `ml` is the folder that stands for /opt/ml. */
export const scriptSpec = (source: string, changes: Partial<RunSpec> = {}): RunSpec => ({
  command: [
    node,
    "--input-type=commonjs",
    "-e",
    `const fs = require("fs"), ml = process.env.SAGEBRUSH_ML_ROOT;\n${source}`,
  ],
  environment: {},
  files: {},
  mounts: [],
  limits: {},
  network: "host",
  graceSeconds: 5,
  ...changes,
});

export async function collect(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** The first event that `matches`; whatever follows the run is let go. */
export async function firstEvent(executor: Executor, runId: string, matches: (event: RunEvent) => boolean) {
  for await (const event of executor.events(runId)) if (matches(event)) return event;
  throw new Error(`Run ${runId} ended without the event that was waited for`);
}
export const isLine = (line: string) => (event: RunEvent) => event.type === "log" && event.line === line;

/** What every executor promises, whatever it runs its commands on. */
export function executorContract(name: string, create: () => Promise<ExecutorUnderTest>): void {
  describe(`${name} keeps the executor contract`, () => {
    let tried: ExecutorUnderTest;
    let executor: Executor;
    beforeAll(async () => {
      tried = await create();
      executor = tried.executor;
    });
    afterAll(() => tried.close());

    const run = async (spec: RunSpec) => {
      const runId = ids.ulid();
      await executor.start(runId, spec);
      return runId;
    };
    const runToEnd = async (spec: RunSpec) => {
      const events = await collect(executor.events(await run(spec)));
      const last = events.at(-1);
      return {
        events,
        lines: events.flatMap((event) => (event.type === "log" ? [event.line] : [])),
        states: events.flatMap((event) => (event.type === "state" ? [event] : [])),
        exit: last?.type === "exit" ? last.exit : undefined,
      };
    };

    it("tells lines, states and the exit in the order they happened", async () => {
      const told = await runToEnd(
        scriptSpec(`
          console.log("one");
          fs.writeSync(3, JSON.stringify({ state: "Training", detail: { round: 1 } }) + "\\n");
          console.error("two");
          fs.writeSync(3, JSON.stringify({ state: "Uploading" }) + "\\n");
          process.stdout.write("no line feed");
          process.exitCode = 7;`),
      );
      expect(told.states.map(({ number, state, detail }) => [number, state, detail])).toEqual([
        [1, "started", expect.any(Object)],
        [2, "Training", { round: 1 }],
        [3, "Uploading", {}],
      ]);
      expect(told.lines.slice(-3)).toEqual(["one", "two", "no line feed"]);
      expect(told.exit).toMatchObject({ code: 7 });
      expect(told.exit?.reason).toBeUndefined();
      const times = told.events.map((event) => event.time);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });

    it("starts the same id once, also when asked at the same time and after the end", async () => {
      const runId = ids.ulid();
      const spec = scriptSpec(`console.log("started")`);
      await Promise.all([executor.start(runId, spec), executor.start(runId, spec), executor.start(runId, spec)]);
      const before = await collect(executor.events(runId));
      await executor.start(runId, spec);
      expect(await collect(executor.events(runId))).toEqual(before);
      expect(before.filter(isLine("started"))).toHaveLength(1);
    });

    it("continues after any event", async () => {
      const spec = scriptSpec(`for (let i = 0; i < 5; i++) {
        console.log("line " + i);
        fs.writeSync(3, JSON.stringify({ state: "S" + i }) + "\\n");
      }`);
      const runId = await run(spec);
      const all = await collect(executor.events(runId));
      for (const [index, { cursor }] of all.slice(0, -1).entries()) {
        expect(await collect(executor.events(runId, cursor))).toEqual(all.slice(index + 1));
      }
    });

    it("follows a run while it goes on, and lets go on abort", async () => {
      const runId = await run(scriptSpec(`console.log("up"); setInterval(() => {}, 1000)`));
      const following = new AbortController();
      const seen: string[] = [];
      for await (const event of executor.events(runId, undefined, following.signal)) {
        if (event.type === "log") seen.push(event.line);
        if (isLine("up")(event)) following.abort();
      }
      expect(seen.at(-1)).toBe("up");
      expect(await executor.find(runId)).toEqual({ state: "running" });
      await executor.remove(runId);
      expect(await executor.find(runId)).toEqual({ state: "unknown" });
    });

    it("asks a run to end, and lets it put its things away", async () => {
      const runId = await run(
        scriptSpec(`process.on("SIGTERM", () => { console.log("saving"); process.exit(3); });
          console.log("ready"); setInterval(() => {}, 1000)`),
      );
      await firstEvent(executor, runId, isLine("ready"));
      await executor.stop(runId, 30);
      const events = await collect(executor.events(runId));
      expect(events.some(isLine("saving"))).toBe(true);
      expect(events.at(-1)).toMatchObject({ type: "exit", exit: { code: 3, reason: "stopped" } });
    });

    it("kills a run that does not end within the grace", async () => {
      const runId = await run(
        scriptSpec(`process.on("SIGTERM", () => console.log("no")); console.log("ready"); setInterval(() => {}, 1000)`),
      );
      await firstEvent(executor, runId, isLine("ready"));
      await executor.stop(runId, 0.3);
      const events = await collect(executor.events(runId));
      expect(events.some(isLine("no"))).toBe(true);
      expect(events.at(-1)).toMatchObject({ exit: { code: 137, reason: "stopped" } });
    });

    it("ends a run at its runtime limit", async () => {
      const { exit } = await runToEnd(
        scriptSpec(`process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000)`, {
          limits: { runtimeSeconds: 1 },
        }),
      );
      expect(exit).toMatchObject({ reason: "runtime" });
    });

    it("ends a run at its memory limit", async () => {
      const { exit } = await runToEnd(
        scriptSpec(`const kept = []; setInterval(() => kept.push(Buffer.alloc(16e6, 1)), 10)`, {
          limits: { memoryBytes: 200e6 },
        }),
      );
      expect(exit).toMatchObject({ code: 137, reason: "memory" });
    });

    it("gives a run its files, its mounts and no environment but its own", async () => {
      const folder = mkdtempSync(join(tmpdir(), "mount-"));
      writeFileSync(join(folder, "address"), "here");
      process.env.SECRET_OF_THE_SERVER = "must not be seen";
      try {
        const { lines } = await runToEnd(
          scriptSpec(
            `console.log(fs.readFileSync(ml + "/input/config/a.json", "utf8"));
             console.log(fs.readFileSync(ml + "/input/data/train/address", "utf8"));
             console.log(fs.readFileSync(${JSON.stringify(join(folder, "address"))}, "utf8"));
             fs.mkdirSync(ml + "/model");
             fs.writeFileSync(ml + "/model/m", "made");
             console.log(process.env.MINE, process.env.SECRET_OF_THE_SERVER);`,
            {
              environment: { MINE: "mine" },
              files: { "input/config/a.json": "{}" },
              mounts: [
                { source: folder, target: "/opt/ml/input/data/train" },
                { source: folder, target: folder },
              ],
            },
          ),
        );
        expect(lines.slice(-4)).toEqual(["{}", "here", "here", "mine undefined"]);
      } finally {
        delete process.env.SECRET_OF_THE_SERVER;
        rmSync(folder, { recursive: true });
      }
    });

    it("takes much output, long lines, and bytes that are no text", async () => {
      const { lines } = await runToEnd(
        scriptSpec(`for (let i = 0; i < 20000; i++) console.log("line " + i);
          console.log("x".repeat(200000));
          process.stdout.write(Buffer.from([0x61, 0xff, 0x62, 0x0d, 0x0a, 0x0a]), () =>
            fs.writeFileSync("/dev/stderr", "through the device\\n"));`),
      );
      const own = lines.slice(lines.indexOf("line 0"));
      expect(own.slice(0, 20000)).toEqual(Array.from({ length: 20000 }, (_, i) => `line ${i}`));
      const rest = own.slice(20000).filter((line) => line !== "");
      const long = rest.filter((line) => line.startsWith("xxx"));
      expect(long.join("") === "x".repeat(200000)).toBe(true);
      expect(rest.slice(long.length)).toEqual(["a\ufffdb", "through the device"]);
    });

    it("ends what a command leaves behind", async () => {
      const { exit, lines } = await runToEnd(
        scriptSpec(`const child = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"],
            { stdio: "inherit" });
          console.log("child " + child.pid); child.unref(); process.exit(0)`),
      );
      expect(exit).toMatchObject({ code: 0 });
      expect(lines.at(-1)).toMatch(/^child \d+$/);
    });

    it("says what cannot be started", async () => {
      const { exit, lines } = await runToEnd({ ...scriptSpec(""), command: ["/no/such/program"] });
      expect(exit?.code).toBeGreaterThan(0);
      expect(lines.join("\n")).toContain("/no/such/program");
    });

    it("knows its runs, and nothing of others", async () => {
      const runId = await run(scriptSpec(""));
      expect(await executor.list()).toContain(runId);
      expect(await executor.find(ids.ulid())).toEqual({ state: "unknown" });
      expect(await collect(executor.events(ids.ulid()))).toEqual([]);
      await executor.stop(ids.ulid(), 1);
      await executor.remove(runId);
      await executor.remove(runId);
      expect(await executor.list()).not.toContain(runId);
    });
  });
}
