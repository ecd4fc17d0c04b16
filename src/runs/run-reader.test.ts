import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Executor, RunEvent } from "../executors/port.ts";
import { createRunReader } from "./run-reader.ts";

it("holds a few MiB of a run's lines, however long they are, and reads on when they are passed", async () => {
  const line = "x".repeat(64 * 1024);
  const lines = 200;
  let read = 0;
  const executor = {
    async *events(): AsyncGenerator<RunEvent> {
      for (; read < lines; read++) yield { type: "log", cursor: "", time: 0, line };
      yield { type: "exit", cursor: "", time: 0, exit: { code: 0, time: 0 } };
    },
  } as unknown as Executor;
  let passed = 0;
  const timer = { after: () => () => {} };
  const reader = createRunReader({ executor, runId: "r", progress: {}, resumed: false, timer, wake: () => {} });
  const settle = async () => {
    for (let turn = 0; turn < 3; turn++) await nextTurn();
  };
  for (await settle(); passed < lines; await settle()) {
    expect(read - passed).toBeLessThanOrEqual(64);
    const run = reader.look();
    expect(run.lines.length).toBeGreaterThan(0);
    passed += run.lines.length;
    run.passLines(run.lines.length);
  }
  expect(reader.look()).toMatchObject({ lines: [], ended: true, exit: { code: 0 } });
  reader.close();
});

it("keeps with its cursor what is true of the lines before it, not of those that are shown again", async () => {
  const times = [1, 1, 2, 2, 2, 3];
  const executor = {
    async *events(): AsyncGenerator<RunEvent> {
      for (const [index, time] of times.entries()) yield { type: "log", cursor: `${index}`, time, line: "x" };
    },
  } as unknown as Executor;
  const timer = { after: () => () => {} };
  const progress = { cursor: "start", kept: "saved" };
  const reader = createRunReader({ executor, runId: "r", progress, resumed: true, timer, wake: () => {} });
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  const pass = (count: number, kept: string, keptBeforeLast: string) => {
    reader.look().passLines(count, { kept, keptBeforeLast });
    expect(reader.look().kept).toBe(kept);
    return reader.progress();
  };
  expect(pass(2, "of 2", "saved")).toEqual(progress);
  expect(pass(1, "of 3", "of 2")).toEqual({ cursor: "1", kept: "of 2" });
  // All of them of the millisecond that is shown again.
  expect(pass(1, "of 4", "of 3")).toEqual({ cursor: "1", kept: "of 2" });
  expect(pass(2, "of 6", "of 5")).toEqual({ cursor: "4", kept: "of 5" });
  reader.close();
});
