import { expect, test } from "vitest";
import type { RunEvent, RunExit } from "../executors/port.ts";
import { EngineLost } from "../runs/ask-engine.ts";
import type { Context } from "./context.ts";
import { withLeasedEngine } from "./leased-engine.ts";

/** What a lost engine says of its end, when its run ends so. */
async function lostWith(events: () => AsyncIterable<RunEvent>): Promise<unknown[]> {
  const released: unknown[] = [];
  const context = {
    resources: { get: async () => undefined },
    executors: { all: [{ events }], named: () => undefined },
    engines: { take: async () => ({ runId: "r", release: (how: unknown) => released.push(how) }) },
  } as unknown as Context;
  const lost = await withLeasedEngine(context, "q", new AbortController().signal, async () => {
    throw new EngineLost("It hung up.");
  }).catch((error) => error);
  expect(lost).toBeInstanceOf(EngineLost);
  return [lost.endedBy, ...released];
}

const exit = (reason: RunExit["reason"]) =>
  async function* (): AsyncGenerator<RunEvent> {
    yield { type: "log", cursor: "1", time: 0, line: "a line" };
    yield { type: "exit", cursor: "2", time: 0, exit: { code: 137, time: 0, ...(reason && { reason }) } };
  };

test("a lost engine says why its run was ended, where that is known, and takes no more statements", async () => {
  expect(await lostWith(exit("memory"))).toEqual(["memory", { broken: true }]);
  expect(await lostWith(exit(undefined))).toEqual([undefined, { broken: true }]);
  const removed = () => {
    throw new Error("There is no such run.");
  };
  expect(await lostWith(removed)).toEqual([undefined, { broken: true }]);
});
