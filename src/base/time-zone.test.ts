import { describe, expect, it } from "vitest";
import { timeZone } from "./time-zone.ts";

const at = (text: string) => Date.parse(text);

describe.each([
  ["UTC", "2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"],
  ["Europe/Berlin", "2026-01-15T12:00:00Z", "2026-01-15T13:00:00Z"],
  ["Europe/Berlin", "2026-07-15T12:00:00.250Z", "2026-07-15T14:00:00.250Z"],
  ["America/New_York", "2026-07-15T02:00:00Z", "2026-07-14T22:00:00Z"],
  ["Asia/Kathmandu", "2026-07-15T02:00:00Z", "2026-07-15T07:45:00Z"],
  ["Pacific/Apia", "2026-07-15T12:00:00Z", "2026-07-16T01:00:00Z"],
])("%s", (name, time, wall) => {
  it(`shows ${wall} at ${time}, and the other way round`, () => {
    expect(timeZone(name).wallTime(at(time))).toBe(at(wall));
    expect(timeZone(name).timeOf(at(wall))).toBe(at(time));
  });
});

it("takes the first of a time that is shown twice, and goes on where one is skipped", () => {
  const { timeOf } = timeZone("Europe/Berlin");
  expect(timeOf(at("2026-10-25T02:30:00Z"))).toBe(at("2026-10-25T00:30:00Z"));
  expect(timeOf(at("2026-03-29T02:30:00Z"))).toBe(at("2026-03-29T01:30:00Z"));
});

it("knows no zone of another name", () => {
  expect(() => timeZone("Europe/Nowhere")).toThrow(RangeError);
});
