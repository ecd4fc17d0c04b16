import { integer, text } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { texts } from "../../example-columns.ts";
import { call } from "../../sql/expression.ts";
import { textOf, written } from "../../sql/text-of.ts";

const params = {
  start_position: integer({ required: true, min: 0 }),
  length: integer({ required: true, min: 0, max: 1_000_000_000 }),
};
const group = "Search and edit";

/** Position 0 is read as 1, as Spark does. */
const first = (position: number): number => Math.max(1, position);

export const extractFromPosition = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Extract from position" }],
  group,
  title: "Extract from position",
  summary: "Takes so many characters of a text from a position on; the first is 1.",
  params,
  accepts: written,
  expression: (column, { start_position, length }) => call("substring", textOf(column), first(start_position), length),
  examples: [
    {
      inputs: [{ name: texts("abcdef", "éà", "a", "", null) }],
      with: { input_column: "name", start_position: 2, length: 3 },
      gives: { name: texts("bcd", "à", "", "", null) },
    },
    {
      inputs: [{ name: texts("abc") }],
      with: { input_column: "name", start_position: "0", length: "2", output_column: "start" },
      gives: { name: texts("abc"), start: texts("ab") },
    },
  ],
});

export const replaceFromPosition = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Replace from position" }],
  group,
  title: "Replace from position",
  summary: "Replaces so many characters of a text from a position on; the first is 1.",
  params: { ...params, replacement: text({ default: "" }) },
  accepts: written,
  expression(column, { start_position, length, replacement }) {
    const value = textOf(column);
    const start = first(start_position);
    const after = call("substring", value, start + length, call("length", value));
    return call("concat", call("concat", call("substring", value, 1, start - 1), replacement), after);
  },
  examples: [
    {
      inputs: [{ name: texts("abcdef", "éà", "", null) }],
      with: { input_column: "name", start_position: 2, length: 3, replacement: "-" },
      gives: { name: texts("a-ef", "é-", "-", null) },
    },
    {
      inputs: [{ name: texts("abcdef") }],
      with: { input_column: "name", start_position: 1, length: 2, output_column: "rest" },
      gives: { name: texts("abcdef"), rest: texts("cdef") },
    },
  ],
});
