import { boolean, integer } from "../../../base/params.ts";
import { columnParam, optionalColumnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubles, longs, vectors } from "../../example-columns.ts";
import { call, choose, column as columnExpression } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { onlyColumns, sort, withColumns } from "../../sql/relation.ts";
import { columnOf, needType } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";
import { presentNumber } from "./frequency.ts";
import { featuresOfWindow } from "./minimal-features.ts";
import { strategy } from "./strategy.ts";

/** The window of a row holds the rows before it, not the row. */
export const rollingWindowFeatures = defineTransform({
  operator: "time_series",
  variant: [{ name: "operator", is: "Rolling window features", block: "Rolling window features_parameters" }],
  group: "Time series",
  title: "Rolling window features",
  summary: "Puts features of the values of the rows before it beside each row.",
  params: {
    sequence_column: columnParam("long", "double"),
    timestamp_column: columnParam(),
    id_column: optionalColumnParam(),
    output_column: optionalFilledText,
    window_size: integer({ required: true, min: 1, max: 10_000 }),
    strategy,
    flatten: boolean({ default: true }),
  },
  relation({ input, values }) {
    const sequence = columnOf(input, values.sequence_column);
    needType(sequence, ["long", "double"]);
    const { relation, position } = withPosition(input);
    const partition = values.id_column === undefined ? [] : [columnExpression(columnOf(input, values.id_column))];
    const order = [{ by: columnExpression(columnOf(input, values.timestamp_column)) }, { by: position }];
    const features = featuresOfWindow(presentNumber(columnExpression(sequence)), partition, order, values.window_size);
    const name = values.output_column ?? sequence.name;
    const whole = call("vectorOf", ...features.map(({ value }) => value));
    const made = values.flatten
      ? features.map((one) => ({ name: `${name}__${one.name}`, value: one.value }))
      : [
          {
            name: values.output_column ?? `${name}_features`,
            value: choose([[call("isNotNull", features[0]!.value), whole]]),
          },
        ];
    const rows = withColumns(relation, made);
    const kept = rows.columns.filter((one) => one.name !== (position as { name: string }).name);
    return onlyColumns(sort(rows, [{ by: position }]), kept);
  },
  examples: [
    {
      inputs: [{ at: longs(1, 2, 3, 4), n: longs(2, 4, null, 9) }],
      with: { sequence_column: "n", timestamp_column: "at", window_size: 2, strategy: "Minimal subset", flatten: true },
      gives: {
        at: longs(1, 2, 3, 4),
        n: longs(2, 4, null, 9),
        n__sum_values: doubles(null, 2, 6, 4),
        n__median: doubles(null, 2, 3, 4),
        n__mean: doubles(null, 2, 3, 4),
        n__length: doubles(null, 1, 2, 1),
        n__standard_deviation: doubles(null, 0, 1, 0),
        n__variance: doubles(null, 0, 1, 0),
        n__maximum: doubles(null, 2, 4, 4),
        n__minimum: doubles(null, 2, 2, 4),
      },
    },
    {
      inputs: [{ at: longs(2, 1), n: doubles(5, 3) }],
      with: { sequence_column: "n", timestamp_column: "at", window_size: 8, flatten: false },
      gives: { at: longs(2, 1), n: doubles(5, 3), n_features: vectors([3, 3, 3, 1, 0, 0, 3, 3], null) },
    },
  ],
});
