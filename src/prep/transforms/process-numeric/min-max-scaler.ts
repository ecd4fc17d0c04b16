import { number } from "../../../base/params.ts";
import { double } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { doubles, longs } from "../../example-columns.ts";
import { trainedNumbers } from "../../flows/trained-model.ts";
import { as, call, choose, literal } from "../../sql/expression.ts";
import { isPresent } from "../../sql/is-present.ts";
import { aggregate } from "../../sql/relation.ts";
import { StepFault } from "../../step-fault.ts";
import { finite } from "./finite.ts";

/** As Spark ML's MinMaxScaler: a column of one value becomes the middle of the range. */
export const minMaxScaler = defineColumnTransform({
  operator: "process_numeric",
  variant: [
    { name: "operator", is: "Scale values" },
    { name: "scaler", is: "Min-max scaler" },
  ],
  group: "Process numeric",
  title: "Min-max scaler",
  summary: "Moves numbers into a range: the least becomes its lower end, the greatest its upper one.",
  params: { min: number({ default: 0 }), max: number({ default: 1 }) },
  accepts: ["long", "double"],
  fit: {
    asks: (column, input) => ({
      ends: aggregate(
        input,
        [],
        [
          { name: "least", value: as(call("minimum", finite(column)), double) },
          { name: "greatest", value: as(call("maximum", finite(column)), double) },
        ],
      ),
    }),
    learn: ({ ends }) => ({
      minimum: (ends?.[0]?.least as number | null) ?? 0,
      maximum: (ends?.[0]?.greatest as number | null) ?? 0,
    }),
    read(trained) {
      const minimum = trainedNumbers(trained, "scaler_model", "originalMin")?.[0];
      const maximum = trainedNumbers(trained, "scaler_model", "originalMax")?.[0];
      return minimum === undefined || maximum === undefined ? undefined : { minimum, maximum };
    },
  },
  expression(column, { min, max }, { minimum, maximum }) {
    if (min >= max) throw new StepFault(`min is ${min} and max is ${max}; give a min that is less.`);
    const value = as(column, double);
    if (minimum === maximum) return choose([[isPresent(value), literal((min + max) / 2, double)]], value);
    const share = call("divide", call("subtract", value, literal(minimum, double)), literal(maximum - minimum, double));
    return call("add", call("multiply", share, literal(max - min, double)), literal(min, double));
  },
  examples: [
    {
      inputs: [{ x: longs(2, 4, 6, null) }],
      with: { input_column: "x" },
      gives: { x: doubles(0, 0.5, 1, null) },
    },
    {
      inputs: [{ x: doubles(1, 3, 5, Number.NaN) }],
      with: { input_column: "x", min: -1, max: 1, output_column: "scaled" },
      gives: { x: doubles(1, 3, 5, Number.NaN), scaled: doubles(-1, 0, 1, Number.NaN) },
    },
    {
      summary: "A column of one value becomes the middle of the range.",
      inputs: [{ x: doubles(7, 7, null) }],
      with: { input_column: "x", min: 0, max: 4 },
      gives: { x: doubles(2, 2, null) },
    },
  ],
});
