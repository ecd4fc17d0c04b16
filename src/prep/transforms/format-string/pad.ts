import { integer, type Param, type Params, text } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { call, type Expression, literal } from "../../sql/expression.ts";
import { textOf, written } from "../../sql/text-of.ts";

const width = integer({ required: true, min: 1, max: 1_000 });

/** One character, whatever its size in memory. */
const fillCharacter: Param<string> = {
  ...text({ default: " " }),
  allowed: "one character",
  parse: (given) => ([...given].length === 1 ? given : undefined),
};

const params = { width, fill_character: fillCharacter } satisfies Params;
const group = "Format string";

/** Texts that are longer than the width are cut. */
export const leftPad = defineColumnTransform({
  operator: "format_string",
  variant: [{ name: "operator", is: "Left pad" }],
  group,
  title: "Left pad",
  summary: "Fills a text on its left up to a width; a longer text is cut.",
  params,
  accepts: written,
  expression: (column, { width, fill_character }) => call("padLeft", textOf(column), width, fill_character),
  examples: [
    {
      inputs: [{ code: texts("7", "123456", "", null, "é") }],
      with: { input_column: "code", width: 5, fill_character: "0" },
      gives: { code: texts("00007", "12345", "00000", null, "0000é") },
    },
    {
      summary: "A number is taken as its text, and blanks fill where no character is named.",
      inputs: [{ n: longs(7) }],
      with: { input_column: "n", width: 3 },
      gives: { n: texts("  7") },
    },
  ],
});

export const rightPad = defineColumnTransform({
  operator: "format_string",
  variant: [{ name: "operator", is: "Right pad" }],
  group,
  title: "Right pad",
  summary: "Fills a text on its right up to a width; a longer text is cut.",
  params,
  accepts: written,
  expression: (column, { width, fill_character }) => call("padRight", textOf(column), width, fill_character),
  examples: [
    {
      inputs: [{ code: texts("7", "123456", null) }],
      with: { input_column: ["code"], width: 5, fill_character: "*", output_column: "padded" },
      gives: { code: texts("7", "123456", null), padded: texts("7****", "12345", null) },
    },
    {
      summary: "Several columns have their names in those of the outputs.",
      inputs: [{ a: texts("1"), b: texts("2") }],
      with: { input_column: ["a", "b"], width: 2, fill_character: "-", output_column: "p" },
      gives: { a: texts("1"), b: texts("2"), p_a: texts("1-"), p_b: texts("2-") },
    },
  ],
});

export const centerPad = defineColumnTransform({
  operator: "format_string",
  variant: [
    {
      name: "operator",
      is: "Center (pad on either side)",
      also: ["Center"],
      block: "center_pad_on_either_side_parameters",
    },
  ],
  group,
  title: "Center (pad on either side)",
  summary: "Fills a text on both sides up to a width; a longer text is cut.",
  params,
  accepts: written,
  expression: (column, { width, fill_character }) => {
    const value = textOf(column);
    const length = call("length", value);
    const left = leftShare(call("greatest", literal(0), call("subtract", width, length)), width);
    return call("padRight", call("padLeft", value, call("add", length, left), fill_character), width, fill_character);
  },
  examples: [
    {
      summary: "Where the fill is odd, its sides are those of Python's str.center.",
      inputs: [{ code: texts("ab", "a", "abcdef", "", null) }],
      with: { input_column: "code", width: 5, fill_character: "*" },
      gives: { code: texts("**ab*", "**a**", "abcde", "*****", null) },
    },
    {
      inputs: [{ code: texts("a", "ab", "é") }],
      with: { input_column: "code", width: 4, fill_character: "-" },
      gives: { code: texts("-a--", "-ab-", "-é--") },
    },
  ],
});

/** How many of the missing characters stand on the left: half of them, and of an odd one where the width is odd. */
const leftShare = (missing: Expression, width: number): Expression => {
  const half = call("floor", call("divide", missing, 2));
  return width % 2 === 1 ? call("add", half, call("remainder", missing, 2)) : half;
};

export const prependZeros = defineColumnTransform({
  operator: "format_string",
  variant: [{ name: "operator", is: "Prepend zeros" }],
  group,
  title: "Prepend zeros",
  summary: "Fills a text on its left with zeros up to a width; a longer text is cut.",
  params: { width },
  accepts: written,
  expression: (column, { width }) => call("padLeft", textOf(column), width, "0"),
  examples: [
    {
      inputs: [{ zip: longs(501, 94_103, 123_456, null) }],
      with: { input_column: "zip", width: 5 },
      gives: { zip: texts("00501", "94103", "12345", null) },
    },
  ],
});
