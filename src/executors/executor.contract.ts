import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIds } from "../base/ids.ts";
import { refusalOf } from "./choose-executor.ts";
import type { Executor, RunEvent, RunSpec } from "./port.ts";

/** An executor to test, and what the tests have to know of it. */
export interface ExecutorUnderTest {
  readonly executor: Executor;
  /** The address of the server that it was made with. */
  readonly serverUrl: string;
  /** A small image with a shell; not needed where the test "container images" is skipped. */
  readonly image?: string;
  /** Ends everything that the tests have left. */
  close(): Promise<void>;
}

/** The tests that a driver cannot pass, by their titles, with the reason. */
export type ContractSkips = Readonly<Record<string, string>>;

const ids = createIds({ now: () => Date.now() }, (count) => crypto.getRandomValues(new Uint8Array(count)));

/** A run of a few lines of JavaScript. `ml` is the folder for /opt/ml. */
export const scriptSpec = (source: string, changes: Partial<RunSpec> = {}): RunSpec => ({
  program: { script: "src/executors/test-contract-script.mjs", arguments: [source] },
  environment: {},
  files: {},
  mounts: [],
  limits: {},
  network: "host",
  server: { address: false, sockets: [] },
  graceSeconds: 5,
  ...changes,
});

export async function collect(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** The first event that `matches`. */
export async function firstEvent(executor: Executor, runId: string, matches: (event: RunEvent) => boolean) {
  for await (const event of executor.events(runId)) if (matches(event)) return event;
  throw new Error(`Run ${runId} ended before the expected event`);
}
export const isLine = (line: string) => (event: RunEvent) => event.type === "log" && event.line === line;

/** The skips that no test has as its title. */
export const unknownSkips = (skips: ContractSkips, titles: ReadonlySet<string>): string[] =>
  Object.keys(skips).filter((title) => !titles.has(title));

/** What every executor promises, wherever it runs its programs. */
export function executorContract(
  name: string,
  create: () => Promise<ExecutorUnderTest>,
  { skips = {} }: { readonly skips?: ContractSkips } = {},
): void {
  describe(`${name} keeps the executor contract`, () => {
    let tested: ExecutorUnderTest;
    let executor: Executor;
    beforeAll(async () => {
      tested = await create();
      executor = tested.executor;
    });
    afterAll(() => tested.close());

    const titles = new Set<string>();
    const promise = (title: string, check: () => Promise<void>) => {
      titles.add(title);
      const reason = skips[title];
      if (reason === undefined) it(title, check);
      else it.skip(`${title} (${reason})`, check);
    };

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

    promise("tells lines, states and the exit in the order they happened", async () => {
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

    promise("starts the same id once, also when asked at the same time and after the end", async () => {
      const runId = ids.ulid();
      const spec = scriptSpec(`console.log("started")`);
      await Promise.all([executor.start(runId, spec), executor.start(runId, spec), executor.start(runId, spec)]);
      const before = await collect(executor.events(runId));
      await executor.start(runId, spec);
      expect(await collect(executor.events(runId))).toEqual(before);
      expect(before.filter(isLine("started"))).toHaveLength(1);
    });

    promise("continues after any event", async () => {
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

    promise("follows a run while it goes on, and lets go on abort", async () => {
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

    promise("asks a run to end, and lets it put its things away", async () => {
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

    promise("kills a run that does not end within the grace", async () => {
      const runId = await run(
        scriptSpec(`process.on("SIGTERM", () => console.log("no")); console.log("ready"); setInterval(() => {}, 1000)`),
      );
      await firstEvent(executor, runId, isLine("ready"));
      await executor.stop(runId, 0.3);
      const events = await collect(executor.events(runId));
      expect(events.some(isLine("no"))).toBe(true);
      expect(events.at(-1)).toMatchObject({ exit: { code: 137, reason: "stopped" } });
    });

    promise("ends a run at its runtime limit", async () => {
      const { exit } = await runToEnd(
        scriptSpec(`process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000)`, {
          limits: { runtimeSeconds: 1 },
        }),
      );
      expect(exit).toMatchObject({ reason: "runtime" });
    });

    promise("ends a run at its memory limit", async () => {
      const { exit } = await runToEnd(
        scriptSpec(`const kept = []; setInterval(() => kept.push(Buffer.alloc(16e6, 1)), 10)`, {
          limits: { memoryBytes: 200e6 },
        }),
      );
      expect(exit).toMatchObject({ code: 137, reason: "memory" });
    });

    promise("gives a run its files, its mounts and no environment but its own", async () => {
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

    promise("takes much output, long lines, and bytes that are no text", async () => {
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

    promise("ends what a command leaves behind", async () => {
      const { exit, lines } = await runToEnd(
        scriptSpec(`const child = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"],
            { stdio: "inherit" });
          console.log("child " + child.pid); child.unref(); process.exit(0)`),
      );
      expect(exit).toMatchObject({ code: 0 });
      expect(lines.at(-1)).toMatch(/^child \d+$/);
    });

    promise("says what cannot be started", async () => {
      const { exit, lines } = await runToEnd(scriptSpec("", { program: { command: ["/no/such/program"] } }));
      expect(exit?.code).toBeGreaterThan(0);
      expect(lines.join("\n")).toContain("/no/such/program");
    });

    promise("knows its runs, and nothing of others", async () => {
      const runId = await run(scriptSpec(""));
      expect(await executor.list()).toContain(runId);
      expect(await executor.find(ids.ulid())).toEqual({ state: "unknown" });
      expect(await collect(executor.events(ids.ulid()))).toEqual([]);
      await executor.stop(ids.ulid(), 1);
      await executor.remove(runId);
      await executor.remove(runId);
      expect(await executor.list()).not.toContain(runId);
    });

    promise("gives a run the server's address when it asks for it", async () => {
      const source = `const file = process.env.SAGEBRUSH_ADDRESS_FILE;
        console.log(process.env.AWS_ENDPOINT_URL, process.env.NO_PROXY !== undefined,
          file === undefined ? "no file" : fs.readFileSync(file, "utf8"));`;
      const asked = await runToEnd(scriptSpec(source, { server: { address: true, sockets: [] } }));
      const [url, hasNoProxy, file] = asked.lines.at(-1)!.split(" ");
      expect([url, hasNoProxy]).toEqual([tested.serverUrl, "true"]);
      expect([tested.serverUrl, "no file"]).toContain(file);
      const unasked = await runToEnd(scriptSpec(source));
      expect(unasked.lines.at(-1)).toBe("undefined false no file");
    });

    promise("reaches a socket that a run makes", async () => {
      const runId = await run(
        scriptSpec(
          `process.chdir(ml);
           require("net").createServer((socket) => socket.end("hello")).listen("own.sock", () => console.log("up"));`,
          { server: { address: false, sockets: ["own.sock"] } },
        ),
      );
      await firstEvent(executor, runId, isLine("up"));
      const address = await executor.reach(runId, "own.sock");
      let text = "";
      const connection = "socketPath" in address ? createConnection(address.socketPath) : createConnection(address);
      for await (const bytes of connection) text += bytes;
      expect(text).toBe("hello");
      await executor.remove(runId);
    });

    promise("tells the memory that running runs use", async () => {
      const large = `const kept = Buffer.alloc(150e6, 1); console.log("up"); setInterval(() => kept.length, 1000)`;
      const runIds = [
        await run(scriptSpec(large)),
        await run(scriptSpec(`console.log("up"); setInterval(() => {}, 1000)`)),
      ];
      for (const runId of runIds) await firstEvent(executor, runId, isLine("up"));
      const ended = await run(scriptSpec(""));
      await collect(executor.events(ended));
      const usage = await executor.usage([...runIds, ended, ids.ulid()]);
      expect([...usage.keys()]).toEqual(runIds);
      const [more, less] = runIds.map((runId) => usage.get(runId)!.memoryBytes);
      expect(more! - less!).toBeGreaterThan(100e6);
      for (const runId of runIds) await executor.remove(runId);
    });

    promise("continues at any cursor from a trimmed one on, and before it at what is left", async () => {
      const runId = await run(
        scriptSpec(`for (let i = 0; i < 4000; i++) {
            console.log("line " + i + "x".repeat(8000));
            if (i % 500 === 0) fs.writeSync(3, JSON.stringify({ state: "S" + i }) + "\\n");
          }
          console.log("up"); setInterval(() => {}, 1000)`),
      );
      await firstEvent(executor, runId, isLine("up"));
      await executor.stop(runId, 0);
      const all = await collect(executor.events(runId));
      const half = Math.floor(all.length / 2);
      await executor.trim(runId, all[half]!.cursor);
      await executor.trim(runId, all[0]!.cursor);
      for (let index = half; index < all.length - 1; index += 400)
        expect(await collect(executor.events(runId, all[index]!.cursor))).toEqual(all.slice(index + 1));
      for (const cursor of [undefined, all[0]!.cursor]) {
        const left = await collect(executor.events(runId, cursor));
        const lines = left.filter(({ type }) => type === "log");
        expect(lines.length).toBeGreaterThan(0);
        expect(lines).toEqual(all.filter(({ type }) => type === "log").slice(-lines.length));
        expect(left.slice(-(all.length - half - 1)).map(({ cursor }) => cursor)).toEqual(
          all.slice(half + 1).map(({ cursor }) => cursor),
        );
      }
      await executor.trim(ids.ulid(), all[half]!.cursor);
    });

    promise("refuses what its abilities lack, and names them", async () => {
      const { abilities } = executor;
      const demanding: Partial<RunSpec>[] = [
        { program: { image: "busybox" } },
        { limits: { gpus: 1 } },
        { group: { id: ids.ulid(), index: 0, size: 2 } },
        { network: "none" },
      ];
      for (const changes of demanding) {
        const spec = scriptSpec("", changes);
        const refusal = refusalOf(executor, spec);
        if (refusal === undefined) continue;
        await expect(executor.start(ids.ulid(), spec)).rejects.toThrow(refusal);
        expect(refusal).toContain(`containers: ${abilities.containers}`);
      }
    });

    promise("limit on cores", async () => {
      expect(executor.abilities.cores).toBe("limited");
      const { lines } = await runToEnd(
        scriptSpec(
          `const begun = performance.now();
           while (performance.now() - begun < 1000);
           const { user, system } = process.cpuUsage();
           console.log((user + system) / 1000 / (performance.now() - begun));`,
          { limits: { cores: 0.25 } },
        ),
      );
      expect(Number(lines.at(-1))).toBeLessThan(0.6);
    });

    promise("network isolation", async () => {
      const host = createServer((socket) => socket.end("reached")).listen(0, "127.0.0.1");
      await new Promise((resolve) => host.once("listening", resolve));
      try {
        const { lines } = await runToEnd(
          scriptSpec(
            `require("net").connect(${(host.address() as AddressInfo).port}, "127.0.0.1")
               .on("data", () => console.log("reached")).on("error", () => console.log("isolated"));`,
            { network: "none" },
          ),
        );
        expect(lines.at(-1)).toBe("isolated");
      } finally {
        host.close();
      }
    });

    promise("groups", async () => {
      const id = ids.ulid();
      const member = (index: number, source: string) => run(scriptSpec(source, { group: { id, index, size: 2 } }));
      const [first] = await Promise.all([
        member(0, "setInterval(() => {}, 1000)"),
        member(1, "setTimeout(() => process.exit(3), 100)"),
      ]);
      const events = await collect(executor.events(first));
      expect(events.at(-1)).toMatchObject({ exit: { reason: "group" } });
    });

    promise("container images", async () => {
      const { exit, lines } = await runToEnd(
        scriptSpec("", { program: { image: tested.image!, command: ["/bin/sh", "-c", "echo inside; exit 4"] } }),
      );
      expect(lines.at(-1)).toBe("inside");
      expect(exit).toMatchObject({ code: 4 });
    });

    it("skips only tests that there are", () => expect(unknownSkips(skips, titles)).toEqual([]));
  });
}
