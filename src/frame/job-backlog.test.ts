import { expect, it } from "vitest";
import { type FollowedRun, shownLines } from "../runs/follow-run.ts";
import type { ReconcileContext } from "./define-reconciler.ts";
import { leaveOutBacklog } from "./job-backlog.ts";
import type { KeptLog } from "./job-log.ts";

const place = { logGroupName: "group", logStreamName: "stream" };
const now = 1_000_000;

/** Looks at lines whose age falls from the first to the second, in seconds; `stop` is how long ago the stop was. */
async function lookAt(
  [oldest, latest]: readonly [number, number],
  { stop = 10, ended = false, count = shownLines, kept = { metrics: [] } as KeptLog } = {},
) {
  const told: unknown[] = [];
  let passed = 0;
  const context = {
    clock: { now: () => now },
    call: async (_: string, operation: string, input: { logEvents?: unknown }) => {
      if (operation === "PutLogEvents") told.push(input.logEvents);
      return {};
    },
  } as unknown as ReconcileContext;
  const lines = Array.from({ length: count }, (_, index) => {
    const age = oldest + ((latest - oldest) * index) / Math.max(count - 1, 1);
    return { type: "log", cursor: "", line: "x", time: now - age * 1000 };
  });
  const passLines = (count: number) => {
    passed += count;
  };
  const run = { lines, ended, resumed: false, states: [], kept, passLines } as unknown as FollowedRun;
  const remembered = await leaveOutBacklog(context, place, run, now - stop * 1000, kept);
  return { remembered, passed, told };
}

it("passes over old lines of a job that was stopped a while ago, and says so once", async () => {
  const first = await lookAt([30, 10]);
  expect(first).toMatchObject({
    passed: shownLines,
    told: [[{ timestamp: now - 30_000, message: expect.stringContaining("lines are left out") }]],
  });
  expect(first.remembered).toEqual({ metrics: [], leavesOut: true });
  expect(await lookAt([30, 10], { kept: first.remembered! })).toEqual({ ...first, told: [] });
});

it.each<[string, readonly [number, number], object]>([
  ["the last lines of a run that has ended", [30, 20], { ended: true }],
  ["lines in the first seconds after the stop", [30, 20], { stop: 4 }],
  ["lines that are nearly new", [6, 4], {}],
  ["a page that is not full, the last one,", [30, 10], { count: shownLines - 1 }],
  ["nothing", [0, 0], { count: 0 }],
])("leaves %s to be stored", async (_, ages, how) => {
  expect(await lookAt(ages, how)).toEqual({ remembered: undefined, passed: 0, told: [] });
});
