import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { effortOf, type Glance, glanceAt } from "./process-activity.ts";
import { watchServer } from "./watch-server.ts";

const second = 1_000;

/**
 * Watches a server that is described by what it does at each time; the clock moves by pauses and by pings that are not
 * answered. Returns the times of the pings, in whole seconds, and the outcome with its time.
 */
async function watchFor(
  seconds: number,
  server: {
    /** Whether it answers a ping at that time. */
    answers: (now: number) => boolean;
    glance: (now: number, pings: number) => Glance | undefined;
    effort?: (now: number) => number;
  },
) {
  let now = 0;
  const pings: number[] = [];
  const end = new AbortController();
  const pass = (milliseconds: number) => {
    now += milliseconds;
    if (now >= seconds * second) end.abort();
  };
  const outcome = await watchServer({
    pid: 1,
    signal: end.signal,
    now: () => now,
    glance: () => server.glance(now, pings.length),
    effort: () => server.effort?.(now),
    pause: async (milliseconds) => pass(milliseconds),
    async ping() {
      pings.push(now / second);
      if (server.answers(now)) return true;
      pass(2 * second);
      return false;
    },
  });
  return { pings, outcome, at: now / second };
}

const idle: Glance = { ran: 7, ticks: 3, sleeps: true };
const hung = "The model server has not answered 3 pings in a row, each within 2 s";

describe("a model server", () => {
  it("that does nothing is pinged every 20 s, also when its runtime tidies up now and then", async () => {
    const expected = { pings: [20, 40, 60, 80], outcome: undefined, at: 100 };
    expect(await watchFor(100, { answers: () => true, glance: () => idle })).toEqual(expected);
    const tidying = (now: number) => ({ ...idle, ran: now * 200 });
    expect(await watchFor(100, { answers: () => true, glance: tidying })).toEqual(expected);
  });

  it.each<[string, (now: number) => Partial<Glance>]>([
    ["its first thread", (now) => ({ ran: now * 500 })],
    ["any other", (now) => ({ ticks: Math.floor(now / 1500) })],
  ])("that works is pinged every 2 s: %s", async (_, working) => {
    const glance = (now: number) => ({ ...idle, ...working(Math.min(now, 10 * second)) });
    expect((await watchFor(20, { answers: () => true, glance })).pings).toEqual([2, 4, 6, 8, 10]);
  });

  it("is not pinged again for what a ping took", async () => {
    const glance = (_: number, pings: number) => ({ ...idle, ran: pings * 1e6 });
    expect((await watchFor(39, { answers: () => true, glance })).pings).toEqual([20]);
  });

  it("that the system says nothing about is pinged every 2 s", async () => {
    const { pings } = await watchFor(7, { answers: () => true, glance: () => undefined });
    expect(pings).toEqual([0, 2, 4, 6]);
  });

  it("that is stopped, or hangs after a call, has three pings", async () => {
    const answers = (now: number) => now < 5 * second;
    const expected = { pings: [6, 8, 10], outcome: hung, at: 12 };
    const stopped = (now: number) => ({ ...idle, sleeps: now < 5 * second });
    expect(await watchFor(100, { answers, glance: stopped })).toEqual(expected);
    const called = (now: number) => ({ ...idle, ran: now < 5 * second ? 7 : 9e5 });
    expect(await watchFor(100, { answers, glance: called, effort: () => 9e5 })).toEqual(expected);
  });

  it("that misses two pings and answers the third goes on", async () => {
    const answers = (now: number) => now < 5 * second || now >= 10 * second;
    const glance = (now: number) => ({ ...idle, sleeps: answers(now) });
    expect(await watchFor(20, { answers, glance })).toMatchObject({ pings: [6, 8, 10], outcome: undefined });
  });

  it("that computes, or waits for a core, gets as long as a call may take", async () => {
    const answers = (now: number) => now < 5 * second;
    const computing = { answers, glance: () => ({ ...idle, sleeps: false }), effort: (now: number) => now * 1e6 * 0.3 };
    const { outcome, at } = await watchFor(200, computing);
    expect({ outcome, at }).toEqual({ outcome: hung.replace("3", "29"), at: 64 });
  });
});

type Looked = Glance & { readonly effort: number };
const lookAt = (pid: number): Looked => ({ ...glanceAt(pid)!, effort: effortOf(pid)! });

describe.skipIf(process.platform !== "linux")("what Linux counts of a process and all below it", () => {
  it.each<[string, string, (before: Looked, after: Looked) => void]>([
    [
      "one that waits",
      "setInterval(() => {}, 100_000)",
      (before, after) => expect(after).toEqual({ ...before, sleeps: true }),
    ],
    [
      "a child that computes",
      `require("child_process").spawn(process.execPath, ["-e", "const end = Date.now() + 60_000; while (Date.now() < end);"])`,
      (before, after) => expect(after.effort - before.effort).toBeGreaterThan(100e6),
    ],
    [
      "another thread that computes",
      `new (require("worker_threads").Worker)("for (;;);", { eval: true })`,
      (before, after) => expect(after.ticks - before.ticks).toBeGreaterThan(0),
    ],
    [
      "one that is stopped",
      `process.kill(process.pid, "SIGSTOP")`,
      (before, after) => expect(after).toEqual({ ...before, sleeps: false }),
    ],
  ])("%s", async (_, source, check) => {
    const program = spawn(process.execPath, ["-e", `console.log("up"); ${source}`], {
      // The leader of a group, by which what it has started is ended too.
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(program.stdout, "data");
      // A process that has just begun still does things of its own.
      await vi.waitFor(async () => {
        const before = lookAt(program.pid!);
        await delay(400);
        check(before, lookAt(program.pid!));
      }, 10_000);
    } finally {
      process.kill(-program.pid!, "SIGKILL");
    }
  });

  it("nothing of one that is gone", () => {
    expect(glanceAt(2 ** 22 + 1)).toBeUndefined();
    expect(effortOf(2 ** 22 + 1)).toBeUndefined();
  });
});
