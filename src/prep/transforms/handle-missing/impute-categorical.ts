import type { ColumnType } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import type { Json } from "../../define-transform.ts";
import { booleans, dates, longs, texts } from "../../example-columns.ts";
import { cast, type Expression, literal } from "../../sql/expression.ts";
import { written } from "../../sql/text-of.ts";
import { filled, mostFrequent, nothingToLearn } from "./missing.ts";

/** Of values that are as frequent, the least one is taken, so that every engine takes the same. */
export const imputeCategorical = defineColumnTransform({
  operator: "handle_missing",
  variant: [
    { name: "operator", is: "Impute" },
    { name: "column_type", is: "Categorical" },
  ],
  group: "Handle missing",
  title: "Impute categories",
  summary: "Fills missing values with the most frequent one.",
  params: {},
  accepts: written,
  fit: {
    asks: (column, input) => ({ first: mostFrequent(input, column, 1) }),
    learn: ({ first }) => {
      const value = (first?.[0] ?? nothingToLearn()).value;
      return { impute_value: typeof value === "bigint" ? String(value) : (value as string | number | boolean) };
    },
    read(trained) {
      const value = (trained as { readonly [name: string]: Json }).impute_value;
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? { impute_value: value }
        : undefined;
    },
  },
  expression: (column, _, { impute_value: value }) => filled(column, learnedValue(value, column.type)),
  examples: [
    {
      inputs: [{ name: texts("b", "é", "é", "b", "", " ", null) }],
      with: { input_column: "name" },
      gives: { name: texts("b", "é", "é", "b", "b", "b", "b") },
    },
    {
      inputs: [
        { n: longs(3, 3, 1, null), ok: booleans(true, null, false, true), d: dates("2024-01-31", null, null, null) },
      ],
      with: { input_column: ["n", "ok", "d"], output_column: "full" },
      gives: {
        n: longs(3, 3, 1, null),
        ok: booleans(true, null, false, true),
        d: dates("2024-01-31", null, null, null),
        full_n: longs(3, 3, 1, 3),
        full_ok: booleans(true, true, false, true),
        full_d: dates("2024-01-31", "2024-01-31", "2024-01-31", "2024-01-31"),
      },
    },
  ],
});

/** A value that was learned, of the column's type. */
const learnedValue = (value: string | number | boolean, type: ColumnType): Expression =>
  typeof value === "string" && type.kind !== "text"
    ? cast(literal(value.replace("T", " ")), type)
    : literal(value, type);
