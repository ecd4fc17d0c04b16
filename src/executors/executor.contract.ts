import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { promiseAbilities } from "./abilities.contract.ts";
import type { Executor, RunSpec, SocketAddress } from "./port.ts";
import {
  collect,
  type ExecutorUnderTest,
  firstEvent,
  ids,
  isLine,
  runSpecToEnd,
  scriptSpec,
  startRun,
} from "./script-run.fixture.ts";

/** The tests that a driver cannot pass, by title, with the reason. */
export type ContractSkips = Readonly<Record<string, string>>;

/** Returns the skips that are not the title of any test. */
export const unknownSkips = (skips: ContractSkips, titles: ReadonlySet<string>): string[] =>
  Object.keys(skips).filter((title) => !titles.has(title));

/** The tests of what every executor promises, wherever it runs its programs. */
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

    const run = (spec: RunSpec) => startRun(executor, spec);
    const runToEnd = (spec: RunSpec) => runSpecToEnd(executor, spec);

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

    promise("ends a run that stays at its limit of processes, which it cannot pass", async () => {
      const { exit, lines } = await runToEnd(
        scriptSpec(
          `const { spawn } = require("child_process");
           setInterval(() => { for (let i = 0; i < 20; i++) spawn("sleep", ["100"]).on("error", () => {}); }, 100);`,
          { limits: { processes: 60 } },
        ),
      );
      // Node may end by itself first when it gets no thread.
      expect(exit).toMatchObject({ code: expect.toSatisfy((code) => [1, 137].includes(code)), reason: "processes" });
      expect(lines.at(-1)).toMatch(/has had 60 processes and threads, .* is ended/);
    });

    promise("ends a run whose files take more of the disk than they may", async () => {
      const writers = {
        named: `const file = fs.openSync(ml + "/endless", "w");`,
        twice: `const file = fs.openSync(ml + "/endless", "w"); fs.linkSync(ml + "/endless", ml + "/again");`,
        nameless: `const file = fs.openSync(ml + "/endless", "w"); fs.unlinkSync(ml + "/endless");`,
      };
      for (const open of Object.values(writers)) {
        const source = `${open} setInterval(() => fs.writeSync(file, Buffer.alloc(1e6, 1)), 10)`;
        const { exit, lines } = await runToEnd(scriptSpec(source, { limits: { diskBytes: 20e6 } }));
        expect(exit).toMatchObject({ code: 137, reason: "disk" });
        expect(lines.at(-1)).toBe(
          "The run's files take more than 20000000 bytes, the most that they may take, and it is ended.",
        );
      }
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
      const address = (await executor.reach(runId, "own.sock")) as SocketAddress;
      let text = "";
      const connection =
        "socketPath" in address ? createConnection(address.socketPath) : createConnection(address.port, address.host);
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

    promise("tells the processor time and the disk that a run takes, where it can", async () => {
      const busy = `require("node:fs").writeFileSync(process.env.SAGEBRUSH_ML_ROOT + "/large", Buffer.alloc(5e6, 1));
        console.log("up"); for (;;) {}`;
      const runId = await run(scriptSpec(busy, { limits: { diskBytes: 50e6 } }));
      await firstEvent(executor, runId, isLine("up"));
      const { cpuSeconds: before } = (await executor.usage([runId])).get(runId)!;
      if (before !== undefined) {
        const taken = async () => (await executor.usage([runId])).get(runId)!.cpuSeconds! - before;
        await expect.poll(taken, { timeout: 20_000 }).toBeGreaterThan(0.3);
        await expect
          .poll(async () => (await executor.usage([runId])).get(runId)!.diskBytes ?? 0, { timeout: 20_000 })
          .toBeGreaterThan(4e6);
      }
      await executor.remove(runId);
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

    promiseAbilities(promise, () => tested);

    it("skips only tests that exist", () => expect(unknownSkips(skips, titles)).toEqual([]));
  });
}
