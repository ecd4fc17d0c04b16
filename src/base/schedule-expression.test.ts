import { describe, expect, test } from "vitest";
import { parseScheduleExpression } from "./schedule-expression.ts";

const time = (text: string) => Date.parse(`${text.replace(" ", "T")}Z`);
const shown = (time: number | undefined) =>
  time === undefined ? undefined : new Date(time).toISOString().replace("T", " ").slice(0, 16);

/** The first times of an expression after a time; the schedule was made at `start`. */
function times(expression: string, after: string, count = 1, start = after): (string | undefined)[] {
  const { next } = parseScheduleExpression(expression);
  const found: (string | undefined)[] = [];
  for (let at: number | undefined = time(after); found.length < count && at !== undefined; ) {
    at = next(at, time(start));
    found.push(shown(at));
  }
  return found;
}

describe("a cron expression", () => {
  const from = "2026-01-30 12:34:56";
  test.each([
    // The examples of AWS's pages, with the times that follow a Friday at noon.
    ["cron(0 10 * * ? *)", ["2026-01-31 10:00", "2026-02-01 10:00"]],
    ["cron(15 12 * * ? *)", ["2026-01-31 12:15", "2026-02-01 12:15"]],
    ["cron(0 18 ? * MON-FRI *)", ["2026-01-30 18:00", "2026-02-02 18:00"]],
    ["cron(0 8 1 * ? *)", ["2026-02-01 08:00", "2026-03-01 08:00"]],
    ["cron(0/15 * * * ? *)", ["2026-01-30 12:45", "2026-01-30 13:00"]],
    ["cron(0/10 * ? * MON-FRI *)", ["2026-01-30 12:40", "2026-01-30 12:50"]],
    ["cron(0/5 8-17 ? * MON-FRI *)", ["2026-01-30 12:35", "2026-01-30 12:40"]],
    ["cron(0/30 20-2 ? * MON-FRI *)", ["2026-01-30 20:00", "2026-01-30 20:30"]],
    ["cron(0 2 ? * SAT-SUN *)", ["2026-01-31 02:00", "2026-02-01 02:00"]],
    ["cron(0/30 0-2,20-23 ? * MON-FRI *)", ["2026-01-30 20:00", "2026-01-30 20:30"]],
    ["cron(15 10 ? * 6L 2019-2026)", ["2026-02-27 10:15", "2026-03-27 10:15"]],
    ["cron(0 9 ? * 2#1 *)", ["2026-02-02 09:00", "2026-03-02 09:00"]],
    // Those of SageMaker's monitoring schedules.
    ["cron(0 * ? * * *)", ["2026-01-30 13:00", "2026-01-30 14:00"]],
    ["cron(0 0/6 ? * * *)", ["2026-01-30 18:00", "2026-01-31 00:00"]],
    // Days that not every month has.
    ["cron(0 0 31 * ? *)", ["2026-01-31 00:00", "2026-03-31 00:00"]],
    ["cron(0 0 29 2 ? *)", ["2028-02-29 00:00", "2032-02-29 00:00"]],
    ["cron(0 0 L * ? *)", ["2026-01-31 00:00", "2026-02-28 00:00"]],
    ["cron(0 0 ? * L *)", ["2026-01-31 00:00", "2026-02-07 00:00"]],
    ["cron(0 0 ? * 1#5 *)", ["2026-03-29 00:00", "2026-05-31 00:00"]],
    // The nearest day from Monday to Friday, within the month: 1 February and 1 March 2026 are Sundays.
    ["cron(0 0 1W * ? *)", ["2026-02-02 00:00", "2026-03-02 00:00"]],
    ["cron(0 0 31W 1,2,5 ? *)", ["2026-05-29 00:00", "2027-01-29 00:00"]],
    ["cron(0 0 1W 8 ? *)", ["2026-08-03 00:00", "2027-08-02 00:00"]],
    // Names in any case, numbers of days from Sunday on, steps, lists.
    ["cron(0 0 ? jan-mar sun *)", ["2026-02-01 00:00", "2026-02-08 00:00"]],
    ["cron(0 0 ? * 1 *)", ["2026-02-01 00:00", "2026-02-08 00:00"]],
    ["cron(5,35 14 * * ? *)", ["2026-01-30 14:05", "2026-01-30 14:35"]],
    ["cron(1-9/4 13 30 1 ? 2026)", ["2026-01-30 13:01", "2026-01-30 13:05", "2026-01-30 13:09", undefined]],
    ["cron(0 0 30 2 ? *)", [undefined]],
    ["cron(0 0 1 1 ? 2199)", ["2199-01-01 00:00", undefined]],
  ] as const)("%s", (expression, expected) => {
    expect(times(expression, from, expected.length)).toEqual(expected);
  });

  test("a time itself is not the next one", () => {
    expect(times("cron(0 10 * * ? *)", "2026-01-30 10:00:00")).toEqual(["2026-01-31 10:00"]);
    expect(times("cron(0 10 * * ? *)", "2026-01-30 09:59:59.999")).toEqual(["2026-01-30 10:00"]);
  });

  test.each([
    "cron(0 10 * * * *)",
    "cron(0 10 ? * ? *)",
    "cron(0 10 * * ?)",
    "cron(0 10 * * ? * *)",
    "cron(60 10 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 0 0 * ? *)",
    "cron(0 0 32W * ? *)",
    "cron(0 0 1 13 ? *)",
    "cron(0 0 ? * 0 *)",
    "cron(0 0 ? * 8 *)",
    "cron(0 0 ? * 3#6 *)",
    "cron(0 0 ? * 3#1,6#3 *)",
    "cron(0 0 1 1 ? 1969)",
    "cron(0 0 1 1 ? 2200)",
    "cron(0/0 0 1 1 ? *)",
    "cron(*-5 0 1 1 ? *)",
    "cron(,5 0 1 1 ? *)",
    "cron(MON 0 1 1 ? *)",
    "cron()",
    "cron(0 10 * * ? *",
  ])("%s is refused", (expression) => expect(() => parseScheduleExpression(expression)).toThrow(RangeError));
});

describe("a rate", () => {
  test("counts from the time at which the schedule was made", () => {
    const made = "2026-01-30 12:34:56";
    expect(times("rate(5 minutes)", made, 2)).toEqual(["2026-01-30 12:39", "2026-01-30 12:44"]);
    expect(times("rate(1 hour)", "2026-02-01 00:00:00", 1, made)).toEqual(["2026-02-01 00:34"]);
    expect(times("rate(1 day)", "2026-01-31 12:34:56", 1, made)).toEqual(["2026-02-01 12:34"]);
    expect(times("rate(2 days)", "2026-01-01 00:00:00", 1, made)).toEqual(["2026-02-01 12:34"]);
  });

  test.each([
    "rate(1 hours)",
    "rate(5 hour)",
    "rate(0 minutes)",
    "rate(-1 day)",
    "rate(1.5 days)",
    "rate(5 weeks)",
    "rate(5minutes)",
    "at(2026-01-01)",
    "",
  ])("%s is refused", (expression) => expect(() => parseScheduleExpression(expression)).toThrow(RangeError));
});
