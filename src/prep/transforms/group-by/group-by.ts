import { choice } from "../../../base/params.ts";
import { columnsParam } from "../../column-param.ts";
import { double } from "../../column-type.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubles, longs, textLists, texts } from "../../example-columns.ts";
import { recordsParam } from "../../record-param.ts";
import { as, call, column, type Expression } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { aggregate, named, sort } from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { filledText, optionalFilledText } from "../../text-param.ts";

/** What is made of the values of a column, and of the places of their rows. */
const aggregates = {
  count: (value) => call("count", value),
  count_distinct: (value) => call("countDistinct", value),
  sum: (value) => call("sum", value),
  mean: (value) => call("mean", as(value, double)),
  avg: (value) => call("mean", as(value, double)),
  median: (value) => call("interpolatedQuantile", as(value, double), 0.5),
  min: (value) => call("minimum", value),
  max: (value) => call("maximum", value),
  stddev: (value) => call("standardDeviation", as(value, double)),
  variance: (value) => call("variance", as(value, double)),
  mode: (value) => call("mostCommon", value),
  first: (value, place) => call("valueAtMinimum", value, place),
  last: (value, place) => call("valueAtMaximum", value, place),
  collect: (value, place) => call("collect", value, place),
} as const satisfies Readonly<Record<string, (value: Expression, place: Expression) => Expression>>;

type Aggregate = keyof typeof aggregates;
const ofNumbers: readonly Aggregate[] = ["sum", "mean", "avg", "median", "stddev", "variance"];

/** The groups come in the order of their keys. */
export const groupBy = defineTransform({
  operator: "group_by",
  group: "Group by",
  title: "Group by",
  summary: "Makes one row of all rows that have the same keys.",
  params: {
    group_by_columns: columnsParam(),
    aggregations: recordsParam(
      {
        column: filledText,
        aggregate: choice(Object.keys(aggregates) as Aggregate[], { required: true }),
        output_column: optionalFilledText,
      },
      { min: 1, max: 1_000 },
    ),
  },
  relation({ input, values }) {
    const keys = values.group_by_columns.map((name) => columnOf(input, name));
    const { relation, position } = withPosition(input);
    const made = values.aggregations.map(({ column: name, aggregate: how, output_column }) => {
      const found = columnOf(input, name);
      if (ofNumbers.includes(how)) needType(found, ["long", "double"]);
      return { name: output_column ?? `${name}_${how}`, value: aggregates[how](column(found), position) };
    });
    const names = [...keys, ...made].map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw new StepFault(
        `Two columns would be called ${JSON.stringify(twice)}; give one of them another output_column.`,
      );
    const groups = aggregate(relation, named(keys), made);
    return sort(
      groups,
      keys.map((key) => ({ by: column(key) })),
    );
  },
  examples: [
    {
      inputs: [{ k: texts("b", "a", "b", null, "a"), n: longs(1, 2, 4, 5, null), t: texts("x", "y", "", "ü", "y") }],
      with: {
        group_by_columns: "k",
        aggregations: [
          { column: "n", aggregate: "sum" },
          { column: "n", aggregate: "mean" },
          { column: "n", aggregate: "count", output_column: "how_many" },
          { column: "t", aggregate: "count_distinct" },
          { column: "t", aggregate: "last" },
          { column: "t", aggregate: "mode" },
          { column: "t", aggregate: "collect" },
        ],
      },
      gives: {
        k: texts("a", "b", null),
        n_sum: longs(2, 5, 5),
        n_mean: doubles(2, 2.5, 5),
        how_many: longs(1, 2, 1),
        t_count_distinct: longs(1, 2, 1),
        t_last: texts("y", "", "ü"),
        t_mode: texts("y", "", "ü"),
        t_collect: textLists(["y", "y"], ["x", ""], ["ü"]),
      },
    },
    {
      summary: "The deviation is that of a sample: one row has none.",
      inputs: [{ k: longs(1, 1, 2), x: doubles(1, 3, 7) }],
      with: {
        group_by_columns: ["k"],
        aggregations: [
          { column: "x", aggregate: "stddev" },
          { column: "x", aggregate: "variance" },
          { column: "x", aggregate: "median" },
          { column: "x", aggregate: "min" },
          { column: "x", aggregate: "max" },
          { column: "x", aggregate: "first" },
        ],
      },
      gives: {
        k: longs(1, 2),
        x_stddev: doubles(Math.SQRT2, null),
        x_variance: doubles(2, null),
        x_median: doubles(2, 7),
        x_min: doubles(1, 7),
        x_max: doubles(3, 7),
        x_first: doubles(1, 7),
      },
    },
  ],
});
