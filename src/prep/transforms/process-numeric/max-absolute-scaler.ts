import { double } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { doubles, longs } from "../../example-columns.ts";
import { trainedNumbers } from "../../flows/trained-model.ts";
import { as, call, literal } from "../../sql/expression.ts";
import { aggregate } from "../../sql/relation.ts";
import { finite } from "./finite.ts";

/** As Spark ML's MaxAbsScaler: a column of zeros stays. */
export const maxAbsoluteScaler = defineColumnTransform({
  operator: "process_numeric",
  variant: [
    { name: "operator", is: "Scale values" },
    { name: "scaler", is: "Max absolute scaler" },
  ],
  group: "Process numeric",
  title: "Max absolute scaler",
  summary: "Divides numbers by the greatest of them, whatever its sign.",
  params: {},
  accepts: ["long", "double"],
  fit: {
    asks: (column, input) => ({
      most: aggregate(
        input,
        [],
        [{ name: "most", value: as(call("maximum", call("absolute", finite(column))), double) }],
      ),
    }),
    learn: ({ most }) => ({ maximum: (most?.[0]?.most as number | null) ?? 0 }),
    read(trained) {
      const maximum = trainedNumbers(trained, "scaler_model", "maxAbs")?.[0];
      return maximum === undefined ? undefined : { maximum };
    },
  },
  expression: (column, _, { maximum }) =>
    call("divide", as(column, double), literal(maximum === 0 ? 1 : maximum, double)),
  examples: [
    {
      inputs: [{ x: longs(-4, 2, null) }],
      with: { input_column: "x" },
      gives: { x: doubles(-1, 0.5, null) },
    },
    {
      inputs: [{ x: doubles(0, Number.NaN), y: doubles(5, -10) }],
      with: { input_column: ["x", "y"], output_column: "s" },
      gives: {
        x: doubles(0, Number.NaN),
        y: doubles(5, -10),
        s_x: doubles(0, Number.NaN),
        s_y: doubles(0.5, -1),
      },
    },
  ],
});
