import { expect, it } from "vitest";
import { nextTime } from "./scaling-schedule.ts";

const at = (text: string) => Date.parse(text);
const now = at("2026-07-10T10:00:30Z");

it.each([
  [{ Schedule: "at(2026-07-11T08:00:00)" }, "2026-07-11T08:00:00Z"],
  [{ Schedule: "at(2026-07-11T08:00:00)", Timezone: "Europe/Berlin" }, "2026-07-11T06:00:00Z"],
  [{ Schedule: "at(2026-07-09T08:00:00)" }, undefined],
  [{ Schedule: "rate(1 hour)" }, "2026-07-10T10:30:00Z"],
  [{ Schedule: "rate(1 hour)", StartTime: new Date("2026-07-12T00:10:00Z") }, "2026-07-12T00:10:00Z"],
  [{ Schedule: "cron(0 9 * * ? *)" }, "2026-07-11T09:00:00Z"],
  [{ Schedule: "cron(0 9 * * ? *)", Timezone: "America/New_York" }, "2026-07-10T13:00:00Z"],
  [{ Schedule: "cron(0 9 * * ? *)", StartTime: new Date("2026-07-20T00:00:00Z") }, "2026-07-20T09:00:00Z"],
  [{ Schedule: "cron(0 9 * * ? *)", EndTime: new Date("2026-07-11T08:59:59Z") }, undefined],
  // Times as they lie in a document.
  [{ Schedule: "cron(0 9 * * ? *)", EndTime: "2026-07-11T09:00:00Z" as never }, "2026-07-11T09:00:00Z"],
])("%j", (times, expected) => expect(nextTime(times, now, at("2026-07-10T08:30:00Z"))).toBe(expected && at(expected)));

it("an hour that is skipped does not stop a schedule, and one that comes twice is used once", () => {
  const daily = { Schedule: "cron(30 2 * * ? *)", Timezone: "Europe/Berlin" };
  expect(nextTime(daily, at("2026-03-28T12:00:00Z"), 0)).toBe(at("2026-03-29T01:30:00Z"));
  const first = nextTime(daily, at("2026-10-24T12:00:00Z"), 0)!;
  expect(first).toBe(at("2026-10-25T00:30:00Z"));
  expect(nextTime(daily, first, 0)).toBe(at("2026-10-26T01:30:00Z"));
});

it.each([
  [{ Schedule: "daily" }, "Invalid schedule daily"],
  [{ Schedule: "at(tomorrow)" }, "Invalid schedule at(tomorrow)"],
  [{ Schedule: "cron(0 9 * * ? *)", Timezone: "Mars/Olympus" }, "Invalid time zone: Mars/Olympus"],
])("refuses %j", (times, words) => {
  expect(() => nextTime(times, now, 0)).toThrow(words);
});
