import { boolean } from "../../../base/params.ts";
import { double } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { doubles, longs } from "../../example-columns.ts";
import { trainedNumbers } from "../../flows/trained-model.ts";
import { as, call, choose, literal } from "../../sql/expression.ts";
import { aggregate } from "../../sql/relation.ts";
import { finite } from "./finite.ts";

/** As Spark ML's StandardScaler: the deviation is that of a sample, and a column without any becomes 0. */
export const standardScaler = defineColumnTransform({
  operator: "process_numeric",
  variant: [
    { name: "operator", is: "Scale values" },
    { name: "scaler", is: "Standard scaler" },
  ],
  group: "Process numeric",
  title: "Standard scaler",
  summary: "Divides numbers by their standard deviation, after their mean is taken away where that is asked for.",
  params: { center: boolean({ default: false }), scale: boolean({ default: true }) },
  accepts: ["long", "double"],
  fit: {
    asks: (column, input) => ({
      moments: aggregate(
        input,
        [],
        [
          { name: "mean", value: call("mean", finite(column)) },
          { name: "deviation", value: call("standardDeviation", finite(column)) },
        ],
      ),
    }),
    learn: ({ moments }) => ({
      mean: (moments?.[0]?.mean as number | null) ?? 0,
      deviation: (moments?.[0]?.deviation as number | null) ?? 0,
    }),
    read(trained) {
      const mean = trainedNumbers(trained, "scaler_model", "mean")?.[0];
      const deviation = trainedNumbers(trained, "scaler_model", "std")?.[0];
      return mean === undefined || deviation === undefined ? undefined : { mean, deviation };
    },
  },
  expression(column, { center, scale }, { mean, deviation }) {
    const centred = center ? call("subtract", as(column, double), literal(mean, double)) : as(column, double);
    if (!scale) return centred;
    if (deviation === 0) return choose([[call("isNotNull", column), literal(0, double)]]);
    return call("divide", centred, literal(deviation, double));
  },
  examples: [
    {
      inputs: [{ x: longs(2, 4, 6, null) }],
      with: { input_column: "x", center: true },
      gives: { x: doubles(-1, 0, 1, null) },
    },
    {
      summary: "A column without deviation becomes 0.",
      inputs: [{ x: doubles(3, 3, 3) }],
      with: { input_column: "x" },
      gives: { x: doubles(0, 0, 0) },
    },
  ],
});
