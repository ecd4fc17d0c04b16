import { boolean, integer } from "../../../base/params.ts";
import { columnParam, optionalColumnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { longLists, longs, texts, timestamps } from "../../example-columns.ts";
import { call, column as columnExpression, literal, over } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { filter, type Named, onlyColumns, sort, unusedName, withColumns } from "../../sql/relation.ts";
import { columnOf } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";

/** Of equal times, the row that comes first is the earlier one. */
export const lagFeatures = defineTransform({
  operator: "time_series",
  variant: [{ name: "operator", is: "Lag features", block: "Lag features_parameters" }],
  group: "Time series",
  title: "Lag features",
  summary: "Puts the values of earlier rows of a series beside each row.",
  params: {
    sequence_column: columnParam(),
    timestamp_column: columnParam("timestamp", "date", "long", "double", "text"),
    id_column: optionalColumnParam(),
    output_column: optionalFilledText,
    lag: integer({ required: true, min: 1, max: 1_000 }),
    entire_window: boolean({ default: false }),
    "entire_window_True_parameters.flatten": boolean({ default: false }),
    drop_rows: boolean({ default: false }),
  },
  relation({ input, values }) {
    const sequence = columnExpression(columnOf(input, values.sequence_column));
    const { relation, position } = withPosition(input);
    const window = {
      partition: values.id_column === undefined ? [] : [columnExpression(columnOf(input, values.id_column))],
      order: [{ by: columnExpression(columnOf(input, values.timestamp_column)) }, { by: position }],
    };
    const earlier = (by: number) => over(call("lag", sequence, literal(by)), window);
    const name = values.output_column ?? `${values.sequence_column}_lag`;
    const rank = unusedName(relation.columns, "rank");
    const all = Array.from({ length: values.lag }, (_, index) => index + 1);
    const made = ((): Named[] => {
      if (!values.entire_window) return [{ name: `${name}_${values.lag}`, value: earlier(values.lag) }];
      if (values["entire_window_True_parameters.flatten"])
        return all.map((by) => ({ name: `${name}_${by}`, value: earlier(by) }));
      return [{ name, value: call("listOf", ...all.map(earlier)) }];
    })();
    const ranked = withColumns(relation, [...made, { name: rank, value: over(call("rowNumber"), window) }]);
    const ordinal = columnExpression(ranked.columns.at(-1)!);
    const rows = values.drop_rows ? filter(ranked, call("greater", ordinal, values.lag)) : ranked;
    const kept = rows.columns.filter((one) => one.name !== rank && one.name !== (position as { name: string }).name);
    return onlyColumns(sort(rows, [{ by: position }]), kept);
  },
  examples: [
    {
      inputs: [
        {
          id: texts("a", "b", "a", "a"),
          at: timestamps("2024-01-02 00:00:00", "2024-01-01 00:00:00", "2024-01-01 00:00:00", "2024-01-03 00:00:00"),
          n: longs(2, 10, 1, null),
        },
      ],
      with: { sequence_column: "n", timestamp_column: "at", id_column: "id", lag: 1, drop_rows: false },
      gives: {
        id: texts("a", "b", "a", "a"),
        at: timestamps("2024-01-02 00:00:00", "2024-01-01 00:00:00", "2024-01-01 00:00:00", "2024-01-03 00:00:00"),
        n: longs(2, 10, 1, null),
        n_lag_1: longs(1, null, null, 2),
      },
    },
    {
      summary: "The whole window in columns, without rows that have no such history.",
      inputs: [{ at: longs(1, 2, 3, 4), n: longs(10, 20, 30, 40) }],
      with: {
        sequence_column: "n",
        timestamp_column: "at",
        lag: 2,
        entire_window: true,
        entire_window_True_parameters: { flatten: true },
        drop_rows: true,
      },
      gives: { at: longs(3, 4), n: longs(30, 40), n_lag_1: longs(20, 30), n_lag_2: longs(10, 20) },
    },
    {
      summary: "The whole window in a list, the latest value first.",
      inputs: [{ at: longs(1, 2), n: longs(10, 20) }],
      with: { sequence_column: "n", timestamp_column: "at", lag: 2, entire_window: true, output_column: "before" },
      gives: { at: longs(1, 2), n: longs(10, 20), before: longLists([null, null], [10, null]) },
    },
  ],
});
