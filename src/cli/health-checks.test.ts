import { expect, test } from "vitest";
import { isAtLeast } from "./health-checks.ts";

test.each([
  ["1.28.0", "1.28.0", true],
  ["1.44.5", "1.28.0", true],
  ["1.9.2", "1.28.0", false],
  ["2.0", "1.28.0", true],
  ["2.12.9", "2.13.0", false],
  ["", "1.28.0", false],
])("%s is at least %s: %s", (version, least, expected) => {
  expect(isAtLeast(version, least)).toBe(expected);
});
