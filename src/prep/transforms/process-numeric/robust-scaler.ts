import { boolean, number } from "../../../base/params.ts";
import { double } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { doubles, longs } from "../../example-columns.ts";
import { trainedNumbers } from "../../flows/trained-model.ts";
import { as, call, choose, literal } from "../../sql/expression.ts";
import { isPresent } from "../../sql/is-present.ts";
import { aggregate } from "../../sql/relation.ts";
import { StepFault } from "../../step-fault.ts";
import { finite } from "./finite.ts";

/** As Spark ML's RobustScaler: quantiles are values that are there, and a column without a range becomes 0. */
export const robustScaler = defineColumnTransform({
  operator: "process_numeric",
  variant: [
    { name: "operator", is: "Scale values" },
    { name: "scaler", is: "Robust scaler" },
  ],
  group: "Process numeric",
  title: "Robust scaler",
  summary:
    "Divides numbers by the range between two quantiles, after their median is taken away where that is asked for.",
  params: {
    lower_quantile: number({ default: 0.25, min: 0, max: 1 }),
    upper_quantile: number({ default: 0.75, min: 0, max: 1 }),
    center: boolean({ default: false }),
    scale: boolean({ default: true }),
  },
  accepts: ["long", "double"],
  fit: {
    asks(column, input, { lower_quantile: lower, upper_quantile: upper }) {
      if (lower >= upper)
        throw new StepFault(
          `lower_quantile is ${lower} and upper_quantile is ${upper}; give a lower one that is less.`,
        );
      const at = (share: number) => as(call("quantile", finite(column), literal(share)), double);
      const values = [
        { name: "low", value: at(lower) },
        { name: "middle", value: at(0.5) },
        { name: "high", value: at(upper) },
      ];
      return { quantiles: aggregate(input, [], values) };
    },
    learn({ quantiles }) {
      const { low, middle, high } = (quantiles?.[0] ?? {}) as Readonly<Record<string, number | null | undefined>>;
      return { median: middle ?? 0, range: (high ?? 0) - (low ?? 0) };
    },
    read(trained) {
      const range = trainedNumbers(trained, "scaler_model", "range")?.[0];
      const median = trainedNumbers(trained, "scaler_model", "median")?.[0];
      return range === undefined || median === undefined ? undefined : { median, range };
    },
  },
  expression(column, { center, scale }, { median, range }) {
    const value = as(column, double);
    const centred = center ? call("subtract", value, literal(median, double)) : value;
    if (!scale) return centred;
    if (range === 0) return choose([[isPresent(value), literal(0, double)]], value);
    return call("divide", centred, literal(range, double));
  },
  examples: [
    {
      inputs: [{ x: longs(1, 2, 3, 4, 100, null) }],
      with: { input_column: "x", center: true },
      gives: { x: doubles(-1, -0.5, 0, 0.5, 48.5, null) },
    },
    {
      inputs: [{ x: doubles(1, 2, 3, 4, Number.NaN) }],
      with: { input_column: "x", scale: false, center: true, output_column: "c" },
      gives: { x: doubles(1, 2, 3, 4, Number.NaN), c: doubles(-1, 0, 1, 2, Number.NaN) },
    },
    {
      summary: "A column without a range becomes 0.",
      inputs: [{ x: doubles(7, 7, null) }],
      with: { input_column: "x" },
      gives: { x: doubles(0, 0, null) },
    },
  ],
});
