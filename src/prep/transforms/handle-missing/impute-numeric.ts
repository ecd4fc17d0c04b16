import { choice } from "../../../base/params.ts";
import { double, long } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import type { Json } from "../../define-transform.ts";
import { doubles, longs } from "../../example-columns.ts";
import { as, call, literal } from "../../sql/expression.ts";
import { aggregate } from "../../sql/relation.ts";
import { finite } from "../process-numeric/finite.ts";
import { filled, nothingToLearn } from "./missing.ts";

/** As Spark ML's Imputer: the median is a value that is there, and in whole numbers a mean loses its fraction. */
export const imputeNumeric = defineColumnTransform({
  operator: "handle_missing",
  variant: [
    { name: "operator", is: "Impute" },
    { name: "column_type", is: "Numeric" },
  ],
  group: "Handle missing",
  title: "Impute numbers",
  summary: "Fills missing numbers with the mean or the median of the others.",
  params: { strategy: choice(["Mean", "Approximate Median"], { default: "Approximate Median" }) },
  accepts: ["long", "double"],
  fit: {
    asks: (column, input, { strategy }) => {
      const value =
        strategy === "Mean" ? call("mean", finite(column)) : as(call("quantile", finite(column), literal(0.5)), double);
      return { middle: aggregate(input, [], [{ name: "middle", value }]) };
    },
    learn: ({ middle }) => ({ impute_value: (middle?.[0]?.middle as number | null) ?? nothingToLearn() }),
    mark: ({ strategy }) => ({ strategy }),
    read(trained) {
      const { impute_value: value, imputer_model: model } = trained as { readonly [name: string]: Json };
      if (typeof value === "number") return { impute_value: value };
      const surrogate = (model as { readonly surrogates?: readonly number[] } | undefined)?.surrogates?.[0];
      return surrogate === undefined ? undefined : { impute_value: surrogate };
    },
  },
  expression: (column, _, { impute_value: value }) =>
    filled(column, column.type.kind === "long" ? literal(Math.trunc(value), long) : literal(value, double)),
  examples: [
    {
      summary: "The median is a value that is there.",
      inputs: [{ x: longs(1, 2, 9, 10, null) }],
      with: { input_column: "x" },
      gives: { x: longs(1, 2, 9, 10, 2) },
    },
    {
      inputs: [{ x: doubles(1, 2, 6, null, Number.NaN) }],
      with: { input_column: "x", strategy: "Mean", output_column: "full" },
      gives: { x: doubles(1, 2, 6, null, Number.NaN), full: doubles(1, 2, 6, 3, 3) },
    },
    {
      inputs: [{ x: longs(1, 2, null), y: doubles(5, null, null) }],
      with: { input_column: ["x", "y"], strategy: "Mean" },
      gives: { x: longs(1, 2, 1), y: doubles(5, 5, 5) },
    },
  ],
});
