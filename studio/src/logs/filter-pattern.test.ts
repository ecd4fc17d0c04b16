import { expect, test } from "vitest";
import { filterPattern } from "./filter-pattern.ts";

test.each([
  ["ERROR", "ERROR"],
  ["loss nan", "loss nan"],
  ["train-rmse: 0.5", '"train-rmse: 0.5"'],
  ['"a b"', '"a b"'],
  ["{ $.level = 50 }", "{ $.level = 50 }"],
  ["?ERROR ?WARN", "?ERROR ?WARN"],
  ["%rmse: 0\\.0%", "%rmse: 0\\.0%"],
])("%s is asked for as %s", (text, pattern) => {
  expect(filterPattern(text)).toBe(pattern);
});
