import { boolean, integer } from "../../../base/params.ts";
import { columnParam, optionalColumnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubles, longs, texts, vectors } from "../../example-columns.ts";
import { call, choose, column as columnExpression, over } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { onlyColumns, type Relation, sort, unusedName, withColumns } from "../../sql/relation.ts";
import { columnOf, needType } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";
import { presentNumber } from "./frequency.ts";
import { featuresOfWindow } from "./minimal-features.ts";
import { seriesOf } from "./series-list.ts";
import { chosenFamilies, strategyParams, withFeatures } from "./strategy.ts";

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
    ...strategyParams,
    flatten: boolean({ default: true }),
  },
  relation({ input, values }) {
    const sequence = columnOf(input, values.sequence_column);
    needType(sequence, ["long", "double"]);
    const { relation, position } = withPosition(input);
    const partition = values.id_column === undefined ? [] : [columnExpression(columnOf(input, values.id_column))];
    const order = [{ by: columnExpression(columnOf(input, values.timestamp_column)) }, { by: position }];
    const name = values.output_column ?? sequence.name;
    const present = presentNumber(columnExpression(sequence));
    const inOrder = (rows: Relation, made?: string) =>
      onlyColumns(
        sort(rows, [{ by: position }]),
        rows.columns.filter((one) => one.name !== (position as { name: string }).name && one.name !== made),
      );
    const families = chosenFamilies(values);
    if (families) {
      const window = unusedName(relation.columns, "window");
      const rows: readonly [number, number] = [values.window_size, -1];
      const listed = withColumns(relation, [
        { name: window, value: over(call("windowList", present), { partition, order, rows }) },
      ]);
      const whole = values.flatten ? undefined : (values.output_column ?? `${name}_features`);
      const series = seriesOf(columnExpression(listed.columns.at(-1)!));
      return inOrder(withFeatures(listed, series, families, name, whole), window);
    }
    const features = featuresOfWindow(present, partition, order, values.window_size);
    const whole = call("vectorOf", ...features.map(({ value }) => value));
    const made = values.flatten
      ? features.map((one) => ({ name: `${name}__${one.name}`, value: one.value }))
      : [
          {
            name: values.output_column ?? `${name}_features`,
            value: choose([[call("isNotNull", features[0]!.value), whole]]),
          },
        ];
    return inOrder(withColumns(relation, made));
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
    {
      summary: "Chosen features, of each series by itself.",
      onDuckdbAlone: true,
      inputs: [{ id: texts("a", "a", "b", "a"), at: longs(1, 2, 3, 4), n: longs(2, 4, 5, 9) }],
      with: {
        sequence_column: "n",
        timestamp_column: "at",
        id_column: "id",
        window_size: 3,
        strategy: "Manual subset",
        "strategy_Manual subset_parameters": { features: ["mean", "abs_energy"] },
      },
      gives: {
        id: texts("a", "a", "b", "a"),
        at: longs(1, 2, 3, 4),
        n: longs(2, 4, 5, 9),
        n__abs_energy: doubles(null, 4, null, 20),
        n__mean: doubles(null, 2, null, 3),
      },
    },
  ],
});
