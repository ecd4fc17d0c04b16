import { number } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { doubles, longs } from "../../example-columns.ts";
import { call, column as columnOf, type Expression, literal } from "../../sql/expression.ts";
import { aggregate, filter, type Relation, select } from "../../sql/relation.ts";
import { aroundMean, countable, fixed, fixMethod, readBounds, staying } from "./fix-outliers.ts";

const group = "Handle outliers";
const deviations = number({ default: 4, min: 0 });
const few = [1, 2, 3, 2, 2, 100];

const moments = (input: Relation, value: Expression): Relation =>
  aggregate(
    input,
    [],
    [
      { name: "mean", value: call("mean", value) },
      { name: "deviation", value: call("standardDeviation", value) },
    ],
  );

export const standardDeviationOutliers = defineColumnTransform({
  operator: "handle_outliers",
  variant: [{ name: "operator", is: "Standard deviation numeric outliers" }],
  group,
  title: "Standard deviation numeric outliers",
  summary: "Clips, removes or makes missing the numbers that are so many standard deviations away from the mean.",
  params: { standard_deviations: deviations, fix_method: fixMethod },
  accepts: ["long", "double"],
  fit: {
    asks: (column, input) => ({ moments: moments(input, countable(column)) }),
    learn: ({ moments }, { standard_deviations: count }) => aroundMean(moments?.[0], count),
    mark: ({ fix_method, standard_deviations }) => ({ fix_method, standard_deviations }),
    read: readBounds,
  },
  keeps: (column, { fix_method: method }, bounds) => staying(column, method, bounds),
  expression: (column, { fix_method: method }, bounds) => fixed(column, method, bounds),
  examples: [
    {
      summary: "The deviation is that of a sample: here the mean is 3 and the deviation 2.",
      inputs: [{ x: doubles(1, 3, 5, null, Number.NaN) }],
      with: { input_column: "x", standard_deviations: 0.5 },
      gives: { x: doubles(2, 3, 4, null, Number.NaN) },
    },
    {
      inputs: [{ x: longs(1, 3, 5, null), name: longs(1, 2, 3, 4) }],
      with: { input_column: "x", standard_deviations: 0.5, fix_method: "Remove" },
      gives: { x: longs(3), name: longs(2) },
    },
    {
      inputs: [{ x: longs(1, 3, 5, null) }],
      with: { input_column: "x", standard_deviations: "0.5", fix_method: "Invalidate", output_column: "y" },
      gives: { x: longs(1, 3, 5, null), y: longs(null, 3, null, null) },
    },
    {
      summary: "One row is no outlier.",
      inputs: [{ x: longs(7) }],
      with: { input_column: "x", fix_method: "Remove" },
      gives: { x: longs(7) },
    },
    {
      summary: "An infinity is not counted with, and is an outlier.",
      inputs: [{ x: doubles(1, 3, 5, Number.POSITIVE_INFINITY) }],
      with: { input_column: "x" },
      gives: { x: doubles(1, 3, 5, 11) },
    },
  ],
});

export const robustStandardDeviationOutliers = defineColumnTransform({
  operator: "handle_outliers",
  variant: [{ name: "operator", is: "Robust standard deviation numeric outliers" }],
  group,
  title: "Robust standard deviation numeric outliers",
  summary: "Does the same with the mean and the deviation of the numbers between two quantiles.",
  params: {
    standard_deviations: deviations,
    lower_quantile: number({ default: 0.25, min: 0, max: 1 }),
    upper_quantile: number({ default: 0.75, min: 0, max: 1 }),
    fix_method: fixMethod,
  },
  accepts: ["long", "double"],
  fit: {
    asks: (column, input, values) => ({
      moments: innerMoments(input, column, values.lower_quantile, values.upper_quantile),
    }),
    learn: ({ moments }, { standard_deviations: count }) => aroundMean(moments?.[0], count),
    read: readBounds,
  },
  keeps: (column, { fix_method: method }, bounds) => staying(column, method, bounds),
  expression: (column, { fix_method: method }, bounds) => fixed(column, method, bounds),
  examples: [
    {
      summary: "What is far away does not widen the bounds.",
      inputs: [{ x: longs(...few) }],
      with: { input_column: "x", fix_method: "Remove" },
      gives: { x: longs(1, 2, 3, 2, 2) },
    },
    {
      inputs: [{ x: doubles(...few, null) }],
      with: { input_column: "x", standard_deviations: 2, lower_quantile: 0, upper_quantile: 0.8 },
      gives: { x: doubles(1, 2, 3, 2, 2, 2 + 2 * Math.SQRT1_2, null) },
    },
  ],
});

/** The moments of the numbers between two quantiles, which are numbers that are there. */
function innerMoments(input: Relation, column: Expression, lower: number, upper: number): Relation {
  const values = select(input, [{ name: "value", value: countable(column) }]);
  const value = columnOf(values.columns[0]!);
  const bounds = aggregate(
    values,
    [],
    [
      { name: "low", value: call("quantile", value, literal(lower)) },
      { name: "high", value: call("quantile", value, literal(upper)) },
    ],
  );
  const both: Relation = {
    kind: "join",
    how: "cross",
    left: values,
    right: bounds,
    on: [],
    values: [
      { name: "value", side: "left", from: "value" },
      { name: "low", side: "right", from: "low" },
      { name: "high", side: "right", from: "high" },
    ],
    columns: [...values.columns, ...bounds.columns],
  };
  const [one, low, high] = both.columns.map(columnOf) as [Expression, Expression, Expression];
  const inner = filter(both, call("and", call("greaterOrEqual", one, low), call("lessOrEqual", one, high)));
  return moments(inner, one);
}
