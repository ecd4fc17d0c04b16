import { text } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { call } from "../../sql/expression.ts";
import { textOf, written } from "../../sql/text-of.ts";
import { StepFault } from "../../step-fault.ts";

const group = "Format string";

export const addPrefix = defineColumnTransform({
  operator: "format_string",
  variant: [{ name: "operator", is: "Add prefix" }],
  group,
  title: "Add prefix",
  summary: "Puts a text before each text.",
  params: { prefix: text({ required: true }) },
  accepts: written,
  expression: (column, { prefix }) => call("concat", prefix, textOf(column)),
  examples: [
    {
      inputs: [{ id: longs(1, null) }],
      with: { input_column: "id", prefix: "no '" },
      gives: { id: texts("no '1", null) },
    },
  ],
});

export const addSuffix = defineColumnTransform({
  operator: "format_string",
  variant: [{ name: "operator", is: "Add suffix" }],
  group,
  title: "Add suffix",
  summary: "Puts a text after each text.",
  params: { suffix: text({ required: true }) },
  accepts: written,
  expression: (column, { suffix }) => call("concat", textOf(column), suffix),
  examples: [
    {
      inputs: [{ size: texts("5", "", null) }],
      with: { input_column: "size", suffix: " µm" },
      gives: { size: texts("5 µm", " µm", null) },
    },
  ],
});

export const addPrefixOrSuffix = defineColumnTransform({
  operator: "format_string",
  variant: [{ name: "operator", is: "Add prefix or suffix" }],
  group,
  title: "Add prefix or suffix",
  summary: "Puts a text before each text, one after it, or both.",
  params: { prefix: text(), suffix: text() },
  accepts: written,
  expression(column, { prefix = "", suffix = "" }) {
    if (prefix === "" && suffix === "") throw new StepFault("Neither prefix nor suffix is given; give one of them.");
    return call("concat", call("concat", prefix, textOf(column)), suffix);
  },
  examples: [
    {
      inputs: [{ size: texts("5", null) }],
      with: { input_column: "size", prefix: "<", suffix: ">" },
      gives: { size: texts("<5>", null) },
    },
    {
      inputs: [{ size: texts("5") }],
      with: { input_column: "size", suffix: ">" },
      gives: { size: texts("5>") },
    },
  ],
});
