import { integer } from "../../../base/params.ts";
import { double } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { doubles, texts } from "../../example-columns.ts";
import { as, call, choose, type Expression, expressionOf, literal } from "../../sql/expression.ts";
import { textOf, written } from "../../sql/text-of.ts";
import { neededText } from "./needed-text.ts";

const params = { needle: neededText("the text to look for"), start_index: integer(), end_index: integer() };
const group = "Search and edit";

interface Window {
  readonly text: Expression;
  /** Where it begins in the whole text. */
  readonly start: Expression;
}

/** The part of a text from one index to another (excluded); indexes count from 0, below 0 from the end. */
function windowOf(value: Expression, from = 0, to?: number): Window {
  const length = call("length", value);
  const at = (index: number): Expression =>
    index < 0 ? call("greatest", 0, call("add", length, index)) : expressionOf(index);
  const start = at(from);
  const end = to === undefined ? length : call("least", at(to), length);
  const count = call("greatest", 0, call("subtract", end, start));
  return { text: call("substring", value, call("add", start, 1), count), start };
}

/** A place within a window, the first of which is 1, as an index of the whole text; -1 where there is none. */
const indexOf = (place: Expression, from: Expression): Expression =>
  as(choose([[call("equals", place, 0), literal(-1)]], call("add", from, call("subtract", place, 1))), double);

export const findSubstring = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Find substring" }],
  group,
  title: "Find substring",
  summary: "Says where a text is first found: an index that counts from 0, or -1.",
  params,
  accepts: written,
  expression(column, { needle, start_index, end_index }) {
    const window = windowOf(textOf(column), start_index, end_index);
    return indexOf(call("position", needle, window.text), window.start);
  },
  examples: [
    {
      inputs: [{ name: texts("banana", "éan", "x", "", null) }],
      with: { input_column: "name", needle: "an", output_column: "at" },
      gives: { name: texts("banana", "éan", "x", "", null), at: doubles(1, 1, -1, -1, null) },
    },
    {
      inputs: [{ name: texts("banana", "an") }],
      with: { input_column: "name", needle: "an", start_index: 2, end_index: 5 },
      gives: { name: doubles(3, -1) },
    },
    {
      summary: "An index below 0 counts from the end.",
      inputs: [{ name: texts("banana", "an") }],
      with: { input_column: "name", needle: "an", start_index: -4, end_index: "-1" },
      gives: { name: doubles(3, -1) },
    },
  ],
});

export const findSubstringFromRight = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Find substring (from right)" }],
  group,
  title: "Find substring (from right)",
  summary: "Says where a text is last found: an index that counts from 0, or -1.",
  params,
  accepts: written,
  expression(column, { needle, start_index, end_index }) {
    const window = windowOf(textOf(column), start_index, end_index);
    const fromEnd = call("position", call("reverse", literal(needle)), call("reverse", window.text));
    const left = call("subtract", call("length", window.text), [...needle].length);
    const place = choose([[call("greater", fromEnd, 0), call("subtract", call("add", left, 2), fromEnd)]], fromEnd);
    return indexOf(place, window.start);
  },
  examples: [
    {
      inputs: [{ name: texts("banana", "éan", "x", "", null) }],
      with: { input_column: "name", needle: "an", output_column: "at" },
      gives: { name: texts("banana", "éan", "x", "", null), at: doubles(3, 1, -1, -1, null) },
    },
    {
      inputs: [{ name: texts("banana") }],
      with: { input_column: "name", needle: "an", start_index: 1, end_index: 4 },
      gives: { name: doubles(1) },
    },
  ],
});
