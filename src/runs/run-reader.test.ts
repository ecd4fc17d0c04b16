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
