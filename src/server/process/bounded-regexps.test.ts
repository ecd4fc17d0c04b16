import { expect, it } from "vitest";
import { boundRegexps } from "./bounded-regexps.ts";

it("ends an expression that would backtrack for years", () => {
  boundRegexps();
  expect(/^(a+)+$/.test(`${"a".repeat(60)}b`)).toBe(false);
  expect(/^(a+)+$/.test("a".repeat(60))).toBe(true);
});
