import { text } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { texts } from "../../example-columns.ts";
import { call } from "../../sql/expression.ts";
import { readPattern } from "../../sql/pattern.ts";
import { readReplacement } from "../../sql/replacement.ts";
import { textOf, written } from "../../sql/text-of.ts";
import { neededText } from "./needed-text.ts";

/** A pattern that says nothing but itself: searching for a text takes a fifth of the time. */
const isPlain = (pattern: string): boolean => /^[\p{L}\p{N} ,;:/_-]+$/u.test(pattern);

export const findAndReplaceSubstring = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Find and replace substring" }],
  group: "Search and edit",
  title: "Find and replace substring",
  summary: "Replaces whatever a pattern matches; $1 in the replacement is what its first group matched.",
  params: { pattern: neededText("a pattern"), replacement: text({ default: "" }) },
  accepts: written,
  expression(column, { pattern, replacement }) {
    if (isPlain(pattern) && !/[$\\]/.test(replacement)) return call("replace", textOf(column), pattern, replacement);
    const read = readPattern(pattern);
    const { re2, java } = readReplacement(replacement, read.groups);
    return call("replaceMatches", textOf(column), read.text, re2, java);
  },
  examples: [
    {
      inputs: [{ name: texts("a1b22", "é3", "", null) }],
      with: { input_column: "name", pattern: "[0-9]+", replacement: "#" },
      gives: { name: texts("a#b#", "é#", "", null) },
    },
    {
      summary: "Groups, dollar signs and backslashes in a replacement.",
      inputs: [{ name: texts("Doe, Jane") }],
      with: { input_column: "name", pattern: "(\\w+), (\\w+)", replacement: "$2 $1 \\$9 \\\\", output_column: "full" },
      gives: { name: texts("Doe, Jane"), full: texts("Jane Doe $9 \\") },
    },
    {
      summary: "Without a replacement the matches go.",
      inputs: [{ name: texts("a-b-c") }],
      with: { input_column: "name", pattern: "-" },
      gives: { name: texts("abc") },
    },
  ],
});
