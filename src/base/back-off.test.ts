import { expect, test } from "vitest";
import { backOffMilliseconds } from "./back-off.ts";

test("waits twice as long after each failure, and a minute at most", () => {
  expect([1, 2, 3, 6, 7, 100, 5_000].map(backOffMilliseconds)).toEqual([
    1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000,
  ]);
});
