import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { RunEvent } from "../port.ts";
import { collect, firstEvent, scriptSpec } from "../script-run.fixture.ts";
import { missingNeeds } from "./machine-needs.ts";
import { probeSandbox } from "./probe-sandbox.ts";
import { createProcessExecutor } from "./process.ts";
import { isAlive } from "./processes.ts";

const forever = scriptSpec(`console.log("up"); setInterval(() => {}, 1000)`);
const isUp = (event: RunEvent) => event.type === "log" && event.line === "up";
const linesOf = (events: readonly RunEvent[]) => events.flatMap((event) => (event.type === "log" ? [event.line] : []));

describe.each([{ sandbox: "plain" as const }, ...(probeSandbox().works ? [{ sandbox: "auto" as const }] : [])])(
  "what is lost says why, $sandbox",
  ({ sandbox }) => {
    const home = mkdtempSync(join(tmpdir(), "lost-"));
    const options = {
      ...{ folder: join(home, "runs"), home, lease: join(home, "lease"), addressFile: join(home, "url") },
      ...{ productRoot: resolve(import.meta.dirname, "../../.."), node: process.execPath },
      ...{ sandbox, keeperSilenceMilliseconds: 7_000 },
    };
    mkdirSync(options.folder);
    writeFileSync(options.lease, "");
    const executor = createProcessExecutor(options);
    afterAll(async () => {
      for (const runId of await executor.list()) await executor.remove(runId);
      rmSync(home, { recursive: true });
    });
    const record = (runId: string, file: string) => JSON.parse(readFileSync(join(options.folder, runId, file), "utf8"));

    it.concurrent("a keeper that was killed: the log ends with that, once from any cursor on", async ({ expect }) => {
      await executor.start("killed", forever);
      await firstEvent(executor, "killed", isUp);
      const { pid } = record("killed", "keeper.json");
      process.kill(pid, "SIGKILL");
      const events = await collect(executor.events("killed"));
      const words = `The keeper of the run (process ${pid}) ended without a word: it was killed, or the machine went down.`;
      expect(linesOf(events).at(-1)).toBe(words);
      expect(await executor.find("killed")).toEqual({ state: "lost", words });
      expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).sort((a, b) => a - b));
      for (const [index, { cursor }] of events.entries())
        expect(await collect(executor.events("killed", cursor))).toEqual(events.slice(index + 1));
    });

    it.concurrent("a folder whose files were restored with older times: the words come after the last line", async ({
      expect,
    }) => {
      await executor.start("restored", forever);
      await firstEvent(executor, "restored", isUp);
      process.kill(record("restored", "keeper.json").pid, "SIGKILL");
      await collect(executor.events("restored"));
      const folder = join(options.folder, "restored");
      for (const file of readdirSync(folder)) utimesSync(join(folder, file), 1, 1);
      const lines = (await collect(executor.events("restored"))).filter(({ type }) => type === "log");
      expect(lines.at(-1)!.time).toBe(lines.at(-2)!.time);
    });

    it.concurrent("a keeper that failed: its last words", async ({ expect }) => {
      mkdirSync(join(options.folder, "failed", "log"), { recursive: true });
      await executor.start("failed", forever);
      await expect
        .poll(() => executor.find("failed"))
        .toMatchObject({
          state: "lost",
          words: expect.stringMatching(/^The keeper failed: Error: EISDIR: .*log'$/),
        });
    });

    it.concurrent("a keeper that fails while its run goes on takes the run with it", async ({ expect }) => {
      await executor.start("broken", forever);
      await firstEvent(executor, "broken", isUp);
      const [keeper, command] = [record("broken", "keeper.json"), record("broken", "command.json")];
      // The keeper reads the request to stop where there is a folder now, and fails.
      mkdirSync(join(options.folder, "broken", "stop.json"));
      process.kill(keeper.pid, "SIGTERM");
      const lines = linesOf(await collect(executor.events("broken")));
      expect(lines.slice(-20).join("\n")).toMatch(/its last words:\nThe keeper failed: Error: EISDIR/);
      await expect.poll(() => isAlive(command), { timeout: 10_000 }).toBe(false);
    });

    it.concurrent("a keeper that hangs is ended, and its run with it", async ({ expect }) => {
      await executor.start("hung", forever);
      await firstEvent(executor, "hung", isUp);
      const [keeper, command] = [record("hung", "keeper.json"), record("hung", "command.json")];
      process.kill(keeper.pid, "SIGSTOP");
      const lines = linesOf(await collect(executor.events("hung")));
      expect(lines.at(-1)).toBe("The keeper gave no sign of life for 7 s and was killed by the server.");
      await executor.stop("hung", 0);
      await expect.poll(() => isAlive(command), { timeout: 10_000 }).toBe(false);
    });

    it.concurrent("a keeper that hangs and is asked to end is killed", async ({ expect }) => {
      await executor.start("deaf", forever);
      await firstEvent(executor, "deaf", isUp);
      const [keeper, command] = [record("deaf", "keeper.json"), record("deaf", "command.json")];
      process.kill(keeper.pid, "SIGSTOP");
      await executor.stop("deaf", 0);
      const words = "The keeper did not end when it was asked to, and was killed by the server.";
      await expect.poll(() => executor.find("deaf"), { timeout: 20_000 }).toEqual({ state: "lost", words });
      await expect.poll(() => isAlive(command), { timeout: 10_000 }).toBe(false);
    });

    it.concurrent("a program that hangs is ended; one that gives signs of life is not", async ({ expect }) => {
      const alive = `const alive = () => fs.writeSync(3, '{"alive":true}\\n'); alive();`;
      const limits = { silenceSeconds: 2 };
      await executor.start("stopped", scriptSpec(`${alive} process.kill(process.pid, "SIGSTOP")`, { limits }));
      await executor.start(
        "working",
        scriptSpec(`${alive} setInterval(alive, 500); setTimeout(() => process.exit(3), 5000)`, { limits }),
      );
      const stopped = await collect(executor.events("stopped"));
      expect(stopped.at(-1)).toMatchObject({ exit: { reason: "silent", code: 137 } });
      expect(linesOf(stopped).at(-1)).toBe(
        "The run's program has given no sign of life for 2 s: it hangs, and is ended.",
      );
      const working = await collect(executor.events("working"));
      expect(working.at(-1)).toMatchObject({ exit: { code: 3 } });
      expect(linesOf(working)).toEqual([]);
    });

    it.concurrent("a program that is stopped is ended; one that computes is not", async ({ expect }) => {
      const limits = { stoppedSeconds: 2 };
      await executor.start("halted", scriptSpec(`process.kill(process.pid, "SIGSTOP")`, { limits }));
      const computes = "for (const end = Date.now() + 5000; Date.now() < end; ); process.exit(3)";
      await executor.start("computing", scriptSpec(computes, { limits }));
      const halted = await collect(executor.events("halted"));
      expect(halted.at(-1)).toMatchObject({ exit: { reason: "silent", code: 137 } });
      expect(linesOf(halted).at(-1)).toBe("The run's program has been stopped for 2 s: it hangs, and is ended.");
      const computing = await collect(executor.events("computing"));
      expect(computing.at(-1)).toMatchObject({ exit: { code: 3 } });
    });
  },
);

it("names what the machine lacks, by platform, and starts nothing without it", async () => {
  expect(missingNeeds()).toEqual([]);
  const empty = mkdtempSync(join(tmpdir(), "path-"));
  expect(missingNeeds(empty, "linux").map(({ words }) => words)).toEqual([
    "mkfifo is not on the PATH: it makes the pipes by which a run's output is read",
  ]);
  expect(missingNeeds("", "darwin").map(({ words }) => words.split(" ")[0])).toEqual(["mkfifo", "ps"]);
  const options = { folder: join(empty, "runs"), home: empty, lease: join(empty, "lease"), addressFile: "" };
  const executor = createProcessExecutor({ ...options, path: empty, productRoot: "", node: process.execPath });
  await expect(executor.start("none", forever)).rejects.toThrow("mkfifo is not on the PATH: it makes the pipes");
  expect(await executor.find("none")).toEqual({ state: "unknown" });
  rmSync(empty, { recursive: true });
});
