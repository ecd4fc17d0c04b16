import { text } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { texts } from "../../example-columns.ts";
import { call } from "../../sql/expression.ts";
import { literalPattern } from "../../sql/pattern.ts";
import { textOf, written } from "../../sql/text-of.ts";
import { neededText } from "./needed-text.ts";

const params = { left_delimiter: neededText("a text"), right_delimiter: neededText("a text") };
const group = "Search and edit";

export const extractBetweenDelimiters = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Extract between delimiters" }],
  group,
  title: "Extract between delimiters",
  summary:
    "Takes what stands between the first left delimiter and the last right one; where they are not, an empty text.",
  params,
  accepts: written,
  expression: (column, { left_delimiter: left, right_delimiter: right }) =>
    call("extract", textOf(column), `${literalPattern(left)}(.*)${literalPattern(right)}`, 1),
  examples: [
    {
      inputs: [{ name: texts("a(b)c(d)e", "(é)", "(", "", null) }],
      with: { input_column: "name", left_delimiter: "(", right_delimiter: ")" },
      gives: { name: texts("b)c(d", "é", "", "", null) },
    },
  ],
});

/** AWS's documentation says the first left and the last right delimiter. */
export const replaceBetweenDelimiters = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Replace between delimiters" }],
  group,
  title: "Replace between delimiters",
  summary: "Replaces what stands between the first left delimiter and the last right one.",
  params: { ...params, replacement: text({ default: "" }) },
  accepts: written,
  expression(column, { left_delimiter: left, right_delimiter: right, replacement }) {
    const pattern = `^(.*?${literalPattern(left)}).*(${literalPattern(right)}.*)\\z`;
    const re2 = `\\1${replacement.replaceAll("\\", "\\\\")}\\2`;
    // In Java a digit after a group would be part of its number.
    const java = `$1${replacement.replace(/^\d|[\\$]/g, "\\$&")}$2`;
    return call("replaceMatches", textOf(column), pattern, re2, java);
  },
  examples: [
    {
      inputs: [{ name: texts("a(b)c(d)e", "(é)", "(", "", null) }],
      with: { input_column: "name", left_delimiter: "(", right_delimiter: ")", replacement: "1\\$" },
      gives: { name: texts("a(1\\$)e", "(1\\$)", "(", "", null) },
    },
    {
      inputs: [{ name: texts("a[b]") }],
      with: { input_column: "name", left_delimiter: "[", right_delimiter: "]", output_column: "cut" },
      gives: { name: texts("a[b]"), cut: texts("a[]") },
    },
  ],
});
