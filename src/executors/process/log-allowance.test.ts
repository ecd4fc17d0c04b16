import { expect, it } from "vitest";
import { createLogAllowance, noLogLimits } from "./log-allowance.ts";

const line = (number: number) => `${number} ${"x".repeat(1021 - String(number).length)}`;
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => line(from + index));
const short = (passed: readonly string[]) => passed.map((text) => text.replace(/x+$/, "").trim());

it("passes a burst of four seconds, then leaves lines out, and tells of them with the last ones", () => {
  let time = 0;
  const allowance = createLogAllowance({ bytesPerSecond: 10 * 1024, bytes: 0 }, () => time);
  // Each counts as 1,048 bytes.
  expect(allowance.pass(lines(0, 40))).toHaveLength(40);
  expect(short(allowance.pass(lines(40, 300)))).toEqual([]);
  time = 500;
  expect(allowance.pass([])).toEqual([]);
  time = 1500;
  const told = allowance.pass([line(300)]);
  expect(told[0]).toMatch(/^\(196 lines are left out here: .* more than 10 KiB a second; see SAGEBRUSH_LOG_RATE\)$/);
  // 64 KiB hold the last 64 of them.
  expect(short(told.slice(1))).toEqual([...Array.from({ length: 64 }, (_, index) => String(236 + index)), "300"]);
  expect(allowance.end()).toEqual([]);
});

it("tells of a burst that is over without another line", () => {
  let time = 0;
  const allowance = createLogAllowance({ bytesPerSecond: 1024, bytes: 0 }, () => time);
  allowance.pass(lines(0, 10));
  time = 10_000;
  expect(short(allowance.pass([]))).toEqual(["4", "5", "6", "7", "8", "9"]);
  expect(allowance.pass([])).toEqual([]);
});

it("ends a log at its size, and has the last lines at the end of the run", () => {
  const allowance = createLogAllowance({ bytesPerSecond: 0, bytes: 1024 ** 2 }, () => 0);
  const passed = allowance.pass(lines(0, 2000));
  expect(passed.at(-1)).toMatch(/^\(The log has reached 1 MiB: .* see SAGEBRUSH_LOG_SIZE\)$/);
  expect(passed).toHaveLength(1002);
  const end = allowance.end();
  expect(end[0]).toMatch(/^\(\d+ lines are left out here\)$/);
  expect(short(end).at(-1)).toBe("1999");
});

it("counts nothing without limits", () => {
  const allowance = createLogAllowance(noLogLimits, () => 0);
  const all = lines(0, 5000);
  expect(allowance.pass(all)).toBe(all);
  expect(allowance.end()).toEqual([]);
});
