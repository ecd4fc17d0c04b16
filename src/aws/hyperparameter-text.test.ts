import { expect, it } from "vitest";
import { hyperparameterText } from "./hyperparameter-text.ts";

it.each([
  ['"binary:logistic"', "binary:logistic"],
  [' "a" ', "a"],
  ['"a\\"b"', 'a"b'],
  ["binary:logistic", "binary:logistic"],
  ['"a', '"a'],
  ['"a" b', '"a" b'],
  ["5", "5"],
  ['["a"]', '["a"]'],
  ["", ""],
])("%j is the text %j", (value, text) => {
  expect(hyperparameterText(value)).toBe(text);
});
