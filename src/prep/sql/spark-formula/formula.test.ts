import { expect, test } from "vitest";
import { exampleColumns } from "../../define-transform.ts";
import { openExampleEngine } from "../../duckdb.fixture.ts";
import { table } from "../relation.ts";
import { formulaRow, formulasContract } from "./formulas.contract.ts";
import { parseFormula } from "./parse-formula.ts";
import { translateFormula } from "./translate-formula.ts";

formulasContract(openExampleEngine);

const row = table("df", exampleColumns(formulaRow));

test.each([
  ["", "The formula is empty"],
  ["n +", "needs a value at character 4, and it ends"],
  ["(n", "needs ) at character 3, and it ends"],
  ["n n", 'needs its end at character 3, and "n" stands there'],
  ["'open", "opens ' at character 1 and does not close it"],
  ["valense * 2", 'There is no column "valense"'],
  ["digit + 1", 'was "digits" meant?'],
  ["flor(x)", "was floor meant?"],
  ["reflect('java.lang.System', 'exit', 0)", "The function reflect is not known"],
  ["round()", "takes 1 to 2 values, and 0 are given"],
  ["sum(n)", "give it a window"],
  ["upper(e -> e)", "A function (->) stands where"],
  ["yes + 1", "a value of type boolean where it needs a number"],
  ["cast(n as map)", "casts to map; it can to"],
  ["n ? 1", 'and "?" stands there'],
  ["n + interval 1 day", "where it needs a time"],
  ["regexp_replace(t, '(?=a)b', '')", "has a look-around"],
  ["t rlike digits", "A pattern must be a text that the formula names"],
  ["regexp_extract(t, 'a(b)', 2)", "takes the group 2 of a pattern that has 1"],
])("%s is refused", (formula, words) => {
  expect(() => translateFormula(parseFormula(formula), row)).toThrow(words);
});
