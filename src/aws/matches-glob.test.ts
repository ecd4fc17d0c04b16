import { expect, it } from "vitest";
import { matchesGlob } from "./matches-glob.ts";

it.each([
  ["*", "", true],
  ["*", "a/b:c", true],
  ["a*c", "abbc", true],
  ["a*c", "abb", false],
  ["a?c", "abc", true],
  ["a?c", "ac", false],
  ["*ab*ab", "xabyab", true],
  ["*ab*ab", "xab", false],
  ["table/db/private_*", "table/db/private_1", true],
  ["table/db/private_*", "table/db/public", false],
  ["a.c", "abc", false],
])("holds %j against %j: %s", (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected);
});

it("takes time in proportion to pattern and text", () => {
  expect(matchesGlob(`${"*a".repeat(2000)}b`, "a".repeat(5000))).toBe(false);
});
