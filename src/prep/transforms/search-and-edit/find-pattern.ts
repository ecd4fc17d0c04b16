import { boolean, integer } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { booleans, textLists, texts } from "../../example-columns.ts";
import { call, choose, type Expression } from "../../sql/expression.ts";
import { readPattern } from "../../sql/pattern.ts";
import { textOf, written } from "../../sql/text-of.ts";
import { StepFault } from "../../step-fault.ts";
import { neededText } from "./needed-text.ts";

const group = "Search and edit";
const pattern = neededText("a pattern");

export const matches = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Matches", also: ["Matches prefix"] }],
  group,
  title: "Matches",
  summary: "Says whether a pattern matches at the beginning of a text.",
  params: { pattern, case: boolean({ default: true }) },
  accepts: written,
  expression: (column, { pattern, case: exact }) =>
    call("matches", textOf(column), `${exact ? "" : "(?i)"}^(?:${readPattern(pattern).text})`),
  examples: [
    {
      inputs: [{ name: texts("ab1", "Ab1", "xab1", "", null) }],
      with: { input_column: "name", pattern: "ab\\d|no", case: true },
      gives: { name: booleans(true, false, false, false, null) },
    },
    {
      summary: "Letters may be small or capital.",
      inputs: [{ name: texts("AB1", "ÉAB1") }],
      with: { input_column: "name", pattern: "ab", case: false, output_column: "is" },
      gives: { name: texts("AB1", "ÉAB1"), is: booleans(true, false) },
    },
  ],
});

export const findAllOccurrences = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Find all occurrences" }],
  group,
  title: "Find all occurrences",
  summary: "Makes a list of all that a pattern matches; of a pattern with a group, of what the group matches.",
  params: { pattern },
  accepts: written,
  expression(column, { pattern }) {
    const { text, groups } = readPattern(pattern);
    if (groups > 1)
      throw new StepFault(
        `The pattern ${JSON.stringify(pattern)} has ${groups} groups; leave one, and write (?: for the others.`,
      );
    return call("extractAll", textOf(column), text, groups);
  },
  examples: [
    {
      inputs: [{ name: texts("a1b22", "é", "", null) }],
      with: { input_column: "name", pattern: "[0-9]+" },
      gives: { name: textLists(["1", "22"], [], [], null) },
    },
    {
      inputs: [{ name: texts("a=1,b=2") }],
      with: { input_column: "name", pattern: "(\\w)=\\d", output_column: "keys" },
      gives: { name: texts("a=1,b=2"), keys: textLists(["a", "b"]) },
    },
  ],
});

export const extractUsingRegex = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Extract using regex" }],
  group,
  title: "Extract using regex",
  summary: "Takes what a pattern first matches, or a group of it; where nothing matches, an empty text.",
  params: { pattern, index: integer({ min: 0 }) },
  accepts: written,
  expression(column, { pattern, index }) {
    const { text, groups } = readPattern(pattern);
    const taken = index ?? Math.min(groups, 1);
    if (taken > groups)
      throw new StepFault(
        `The index is ${taken}, and the pattern ${JSON.stringify(pattern)} has ${groups} groups; give 0 for the whole match${groups > 0 ? ` or up to ${groups}` : ""}.`,
      );
    return call("extract", textOf(column), text, taken);
  },
  examples: [
    {
      inputs: [{ name: texts("id-12-x", "none", "", null) }],
      with: { input_column: "name", pattern: "-([0-9]+)-" },
      gives: { name: texts("12", "", "", null) },
    },
    {
      inputs: [{ name: texts("é12") }],
      with: { input_column: "name", pattern: "([^0-9])([0-9])", index: 2, output_column: "digit" },
      gives: { name: texts("é12"), digit: texts("1") },
    },
    {
      inputs: [{ name: texts("id-12") }],
      with: { input_column: "name", pattern: "(?P<n>[0-9])+", index: "0" },
      gives: { name: texts("12") },
    },
  ],
});

export const convertRegexToMissing = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Convert regex to missing" }],
  group,
  title: "Convert regex to missing",
  summary: "Makes a text that a pattern matches from end to end missing.",
  params: { pattern },
  accepts: ["text"],
  expression: (column, { pattern }) => unless(column, pattern, true),
  examples: [
    {
      inputs: [{ name: texts("n/a", "na", "x n/a", "", null) }],
      with: { input_column: "name", pattern: "n/?a|" },
      gives: { name: texts(null, null, "x n/a", null, null) },
    },
  ],
});

export const convertNonMatchesToMissing = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Convert non-matches to missing" }],
  group,
  title: "Convert non-matches to missing",
  summary: "Makes a text missing unless a pattern matches it from end to end.",
  params: { pattern },
  accepts: ["text"],
  expression: (column, { pattern }) => unless(column, pattern, false),
  examples: [
    {
      inputs: [{ zip: texts("94103", "9410", "", "x94103", null) }],
      with: { input_column: "zip", pattern: "[0-9]{5}", output_column: "valid" },
      gives: {
        zip: texts("94103", "9410", "", "x94103", null),
        valid: texts("94103", null, null, null, null),
      },
    },
  ],
});

/** The value, null where a pattern matches the whole of it (or where it does not). */
function unless(value: Expression, pattern: string, matching: boolean): Expression {
  const whole = call("matchesWhole", value, readPattern(pattern).text);
  return choose([[matching ? call("not", whole) : whole, value]]);
}
