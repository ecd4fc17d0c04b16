import { integer, text } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { texts } from "../../example-columns.ts";
import { call } from "../../sql/expression.ts";

const params = {
  width: integer({ required: true, min: 1, max: 1_000 }),
  fill_character: text({ default: " " }),
};

/** Texts that are longer than the width are cut. */
export const leftPad = defineColumnTransform({
  operator: "format_string",
  variant: [{ name: "operator", is: "Left pad" }],
  group: "Format string",
  title: "Left pad",
  summary: "Fills a text on its left up to a width.",
  params,
  accepts: ["text"],
  expression: (column, { width, fill_character }) => call("padLeft", column, width, fill_character),
  examples: [
    {
      inputs: [{ code: texts("7", "123456", "", null) }],
      with: { input_column: "code", width: 5, fill_character: "0" },
      gives: { code: texts("00007", "12345", "00000", null) },
    },
  ],
});

export const rightPad = defineColumnTransform({
  operator: "format_string",
  variant: [{ name: "operator", is: "Right pad" }],
  group: "Format string",
  title: "Right pad",
  summary: "Fills a text on its right up to a width.",
  params,
  accepts: ["text"],
  expression: (column, { width, fill_character }) => call("padRight", column, width, fill_character),
  examples: [
    {
      inputs: [{ code: texts("7", "123456", null) }],
      with: { input_column: ["code"], width: 5, fill_character: "*", output_column: "padded" },
      gives: { code: texts("7", "123456", null), padded: texts("7****", "12345", null) },
    },
  ],
});
