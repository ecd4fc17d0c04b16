import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { searchCondition } from "./search-condition.ts";
import { searchedProperties } from "./searched-properties.ts";

// On this machine it is not the time of UTC.
beforeEach(() => void vi.stubEnv("TZ", "America/New_York"));
afterEach(() => void vi.unstubAllEnvs());

async function timeIn(Value: string): Promise<unknown> {
  const filter = { Name: "CreationTime", Operator: "GreaterThan" as const, Value };
  const properties = await searchedProperties("TrainingJob");
  const found = searchCondition({ Resource: "TrainingJob", SearchExpression: { Filters: [filter] } }, properties);
  return JSON.parse(JSON.stringify(found)).all[0].all[0].test.number;
}

it.each([
  ["2026-01-31", "2026-01-31T00:00:00Z"],
  ["2026-01-31T12:00:00", "2026-01-31T12:00:00Z"],
  ["2026-01-31 12:00:00", "2026-01-31T12:00:00Z"],
  ["2026-01-31 12:00", "2026-01-31T12:00:00Z"],
  ["2026-01-31T12:00:00.250Z", "2026-01-31T12:00:00.250Z"],
  ["2026-01-31T12:00:00+0200", "2026-01-31T10:00:00Z"],
  ["2026-01-31 12:00:00.000001-05:00", "2026-01-31T17:00:00Z"],
])("%s is a time, of UTC without a zone", async (value, instant) => {
  expect(new Date("2026-01-31T12:00:00").getUTCHours()).toBe(17);
  expect(await timeIn(value)).toBe(Date.parse(instant));
});

it.each(["yesterday", "2026-13-01", "2026-01-31T", "31.1.2026"])("%s is none", async (value) => {
  await expect(timeIn(value)).rejects.toThrow("must be a time");
});
