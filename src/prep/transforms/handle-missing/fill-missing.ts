import { text } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { booleans, doubles, longs, texts } from "../../example-columns.ts";
import { written } from "../../sql/text-of.ts";
import { writtenValue } from "../../sql/written-value.ts";
import { StepFault } from "../../step-fault.ts";
import { filled, isMissing } from "./missing.ts";

const group = "Handle missing";

export const fillMissing = defineColumnTransform({
  operator: "handle_missing",
  variant: [{ name: "operator", is: "Fill missing" }],
  group,
  title: "Fill missing",
  summary: "Fills missing values with one that is named.",
  params: { fill_value: text({ required: true }) },
  accepts: written,
  expression(column, { fill_value: given }) {
    const name = column.kind === "column" ? column.name : "";
    const value = writtenValue(given, { name, type: column.type });
    if (value.type.kind !== column.type.kind)
      throw new StepFault(
        `The column ${JSON.stringify(name)} has whole numbers, and fill_value is ${given}; give a whole number, or parse the column as float first.`,
      );
    return filled(column, value);
  },
  examples: [
    {
      inputs: [{ name: texts("é", "", " \t", null) }],
      with: { input_column: "name", fill_value: "none" },
      gives: { name: texts("é", "none", "none", "none") },
    },
    {
      inputs: [{ n: longs(1, null), x: doubles(Number.NaN, 2), ok: booleans(null, true) }],
      with: { input_column: ["n", "x", "ok"], fill_value: "0" },
      gives: { n: longs(1, 0), x: doubles(0, 2), ok: booleans(false, true) },
    },
    {
      inputs: [{ x: doubles(null, 1) }],
      with: { input_column: "x", fill_value: -1.5, output_column: "y" },
      gives: { x: doubles(null, 1), y: doubles(-1.5, 1) },
    },
  ],
});

export const addIndicatorForMissing = defineColumnTransform({
  operator: "handle_missing",
  variant: [{ name: "operator", is: "Add indicator for missing" }],
  group,
  title: "Add indicator for missing",
  summary: "Says in another column whether a value is missing.",
  params: {},
  accepts: [],
  unnamed: (column) => `${column}_indicator`,
  expression: isMissing,
  examples: [
    {
      inputs: [{ name: texts("é", "", " ", null) }],
      with: { input_column: "name" },
      gives: { name: texts("é", "", " ", null), name_indicator: booleans(false, true, true, true) },
    },
    {
      inputs: [{ x: doubles(1, Number.NaN), n: longs(null, 1) }],
      with: { input_column: ["x", "n"], output_column: "gone" },
      gives: {
        x: doubles(1, Number.NaN),
        n: longs(null, 1),
        gone_x: booleans(false, true),
        gone_n: booleans(true, false),
      },
    },
    {
      inputs: [{ x: longs(1) }],
      with: { input_column: "x", output_column: "none" },
      gives: { x: longs(1), none: booleans(false) },
    },
  ],
});
