import { number } from "../../../base/params.ts";
import { double } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { doubles, longs } from "../../example-columns.ts";
import { as, call, literal } from "../../sql/expression.ts";
import { aggregate } from "../../sql/relation.ts";
import { countable, fixed, fixMethod, readBounds, staying } from "./fix-outliers.ts";

const group = "Handle outliers";

export const quantileOutliers = defineColumnTransform({
  operator: "handle_outliers",
  variant: [{ name: "operator", is: "Quantile numeric outliers" }],
  group,
  title: "Quantile numeric outliers",
  summary: "Clips, removes or makes missing the numbers below one quantile and above another.",
  params: {
    lower_quantile: number({ default: 0.01, min: 0, max: 1 }),
    upper_quantile: number({ default: 0.99, min: 0, max: 1 }),
    fix_method: fixMethod,
  },
  accepts: ["long", "double"],
  fit: {
    asks: (column, input, { lower_quantile: lower, upper_quantile: upper }) => ({
      bounds: aggregate(
        input,
        [],
        [
          { name: "low", value: as(call("quantile", countable(column), literal(lower)), double) },
          { name: "high", value: as(call("quantile", countable(column), literal(upper)), double) },
        ],
      ),
    }),
    learn: ({ bounds }) => ({
      lower_threshold: (bounds?.[0]?.low as number | null) ?? 0,
      upper_threshold: (bounds?.[0]?.high as number | null) ?? 0,
    }),
    read: readBounds,
  },
  keeps: (column, { fix_method: method }, bounds) => staying(column, method, bounds),
  expression: (column, { fix_method: method }, bounds) => fixed(column, method, bounds),
  examples: [
    {
      summary: "The quantiles are numbers that are there.",
      inputs: [{ x: longs(1, 2, 3, 4, 50, null) }],
      with: { input_column: "x", lower_quantile: 0.25, upper_quantile: 0.75 },
      gives: { x: doubles(2, 2, 3, 4, 4, null) },
    },
    {
      inputs: [{ x: doubles(1, 2, 3, 4, 50, Number.NaN, null) }],
      with: { input_column: "x", lower_quantile: 0.25, upper_quantile: 0.75, fix_method: "Invalidate" },
      gives: { x: doubles(null, 2, 3, 4, null, null, null) },
    },
  ],
});

export const minMaxOutliers = defineColumnTransform({
  operator: "handle_outliers",
  variant: [{ name: "operator", is: "Min-max numeric outliers" }],
  group,
  title: "Min-max numeric outliers",
  summary: "Clips, removes or makes missing the numbers below one number and above another.",
  params: {
    lower_threshold: number({ required: true }),
    upper_threshold: number({ required: true }),
    fix_method: fixMethod,
  },
  accepts: ["long", "double"],
  keeps: (column, values) => staying(column, values.fix_method, values),
  expression: (column, values) => fixed(column, values.fix_method, values),
  examples: [
    {
      inputs: [{ x: longs(-5, 1, 7, null) }],
      with: { input_column: "x", lower_threshold: 0, upper_threshold: 5.5 },
      gives: { x: doubles(0, 1, 5.5, null) },
    },
    {
      inputs: [{ x: doubles(-5, 1, 7, null, Number.NaN), y: longs(1, 2, 3, 4, 5) }],
      with: { input_column: ["x", "y"], lower_threshold: "1", upper_threshold: "5", fix_method: "Remove" },
      gives: { x: doubles(1), y: longs(2) },
    },
  ],
});
