import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Conflict } from "../stores/resources/port.ts";
import { againOnConflict } from "./again-on-conflict.ts";

const pauses: number[] = [];
vi.mock("node:timers/promises", () => ({
  setTimeout: async (milliseconds: number, _value: unknown, { signal }: { signal: AbortSignal }) => {
    signal.throwIfAborted();
    pauses.push(milliseconds);
  },
}));

const key = { account: "123456789012", region: "us-west-2", kind: "sagemaker/hub", name: "busy" };
let abort: AbortController;
/** The longest pause that the random number may give. */
const context = () => ({ random: { next: () => 1, below: () => 0 }, signal: abort.signal });

beforeEach(() => {
  abort = new AbortController();
});
afterEach(() => {
  pauses.length = 0;
});

/** Conflicts so often, then succeeds. */
function conflicting(times: number) {
  const attempt = vi.fn(async () => {
    if (attempt.mock.calls.length <= times) throw new Conflict(key, 2);
    return "written";
  });
  return attempt;
}

test("tries again at once, then with pauses that double up to 200 ms", async () => {
  const attempt = conflicting(15);
  expect(await againOnConflict(context(), attempt)).toBe("written");
  expect(attempt).toHaveBeenCalledTimes(16);
  expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128, 200, 200, 200]);
});

test("each pause is a random part of the longest, so that those who met do not meet again", async () => {
  const parts = [0.5, 0.25, 0];
  const random = { next: () => parts[pauses.length]!, below: () => 0 };
  await againOnConflict({ ...context(), random }, conflicting(8));
  expect(pauses).toEqual([1, 1, 0]);
});

test("gives up after 40 tries with a fault that names what is busy and that clients repeat", async () => {
  const attempt = conflicting(1_000);
  const result = againOnConflict(context(), attempt);
  await expect(result).rejects.toMatchObject({
    code: "ServiceUnavailable",
    status: 503,
    message: "sagemaker/hub busy is being changed by too many requests at once. Try again in a moment.",
  });
  expect(attempt).toHaveBeenCalledTimes(40);
  expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(6_000);
});

test("ends with its request, and any other error ends it at once", async () => {
  const attempt = vi.fn(async () => {
    if (attempt.mock.calls.length === 7) abort.abort(new Error("the client is gone"));
    throw new Conflict(key, 2);
  });
  await expect(againOnConflict(context(), attempt)).rejects.toThrow("the client is gone");
  expect(attempt).toHaveBeenCalledTimes(7);

  const failing = vi.fn(() => Promise.reject(new Error("disk full")));
  await expect(againOnConflict(context(), failing)).rejects.toThrow("disk full");
  expect(failing).toHaveBeenCalledTimes(1);
});
