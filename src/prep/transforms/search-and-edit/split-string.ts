import { integer, text } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { textLists, texts } from "../../example-columns.ts";
import { call, choose, type Expression, literal } from "../../sql/expression.ts";
import { textOf, written } from "../../sql/text-of.ts";

const blanks = "[ \\t\\n\\x0B\\f\\r]+";

export const splitStringByDelimiter = defineColumnTransform({
  operator: "search_and_edit",
  variant: [{ name: "operator", is: "Split string by delimiter" }],
  group: "Search and edit",
  title: "Split string by delimiter",
  summary: "Makes a list of the parts of a text; what is left over after a number of parts is the last one.",
  params: { delimiter: text({ default: "" }), limit: integer({ min: -1, max: 1_000 }) },
  accepts: written,
  expression(column, { delimiter, limit = 0 }) {
    const value = textOf(column);
    const parts = delimiter === "" ? call("splitPattern", value, blanks) : call("split", value, delimiter);
    if (limit <= 0) return parts;
    const count = call("listLength", parts);
    const firsts = call("slice", parts, 1, limit - 1);
    const left =
      delimiter === "" ? leftOver(value, limit) : call("join", call("slice", parts, limit, count), delimiter);
    if (limit === 1) return choose([[call("isNotNull", value), call("listOf", value)]]);
    return choose([[call("greater", count, limit), call("listConcat", firsts, call("listOf", left))]], parts);
  },
  examples: [
    {
      summary: "Blanks divide where no delimiter is named.",
      inputs: [{ words: texts("a b  c", " é", "", null) }],
      with: { input_column: "words" },
      gives: { words: textLists(["a", "b", "c"], ["", "é"], [""], null) },
    },
    {
      summary: "A delimiter is no pattern.",
      inputs: [{ words: texts("a.b..c", "a") }],
      with: { input_column: "words", delimiter: ".", output_column: "parts" },
      gives: { words: texts("a.b..c", "a"), parts: textLists(["a", "b", "", "c"], ["a"]) },
    },
    {
      inputs: [{ words: texts("a,b,c,d", "a,b", "", null) }],
      with: { input_column: "words", delimiter: ",", limit: 2 },
      gives: { words: textLists(["a", "b,c,d"], ["a", "b"], [""], null) },
    },
    {
      inputs: [{ words: texts("a b  c d", "a") }],
      with: { input_column: "words", limit: 3 },
      gives: { words: textLists(["a", "b", "c d"], ["a"]) },
    },
    {
      inputs: [{ words: texts("a,b", null) }],
      with: { input_column: "words", delimiter: ",", limit: "1" },
      gives: { words: textLists(["a,b"], null) },
    },
  ],
});

/** What follows so many parts but one. */
const leftOver = (value: Expression, limit: number): Expression =>
  call("extract", value, `(?s)^(?:[^ \\t\\n\\x0B\\f\\r]*${blanks}){${limit - 1}}(.*)\\z`, literal(1));
