import { boolean } from "../../../base/params.ts";
import { columnParam, optionalColumnsParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { dates, longLists, longs, textLists, texts } from "../../example-columns.ts";
import { call, column as columnExpression } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { aggregate, sort } from "../../sql/relation.ts";
import { columnOf } from "../../step-fault.ts";

/** A value that is missing keeps its place as null. */
export const groupSeries = defineTransform({
  operator: "time_series",
  variant: [{ name: "operator", is: "Group by", block: "Group by_parameters" }],
  group: "Time series",
  title: "Group by",
  summary: "Makes one row of each series: its columns hold lists of values, in the order of their times.",
  params: {
    id_column: columnParam(),
    timestamp_column: columnParam(),
    sequence_columns: optionalColumnsParam(),
    start_time: boolean({ default: false }),
    end_time: boolean({ default: false }),
  },
  relation({ input, values }) {
    const [id, time] = [columnOf(input, values.id_column), columnOf(input, values.timestamp_column)];
    const chosen = values.sequence_columns?.map((name) => columnOf(input, name));
    const columns = chosen ?? input.columns.filter((one) => one !== id && one !== time);
    const { relation, position } = withPosition(sort(input, [{ by: columnExpression(time) }]));
    const lists = columns.map((one) => ({
      name: one.name,
      value: call("collectAll", columnExpression(one), position),
    }));
    const ends = [
      ...(values.start_time ? [{ name: "Start_time", value: call("minimum", columnExpression(time)) }] : []),
      ...(values.end_time ? [{ name: "End_time", value: call("maximum", columnExpression(time)) }] : []),
    ];
    const groups = aggregate(relation, [{ name: id.name, value: columnExpression(id) }], [...lists, ...ends]);
    return sort(groups, [{ by: columnExpression(id) }]);
  },
  examples: [
    {
      inputs: [
        {
          home: texts("h0", "h1", "h0", "h0", "h1"),
          day: dates("2020-01-04", "2020-01-02", "2020-01-01", "2020-01-02", "2020-01-03"),
          used: longs(35, 45, 30, null, 55),
          who: texts("x", "y", "z", "", null),
        },
      ],
      with: { id_column: "home", timestamp_column: "day", start_time: true, end_time: true },
      gives: {
        home: texts("h0", "h1"),
        used: longLists([30, null, 35], [45, 55]),
        who: textLists(["z", "", "x"], ["y", null]),
        Start_time: dates("2020-01-01", "2020-01-02"),
        End_time: dates("2020-01-04", "2020-01-03"),
      },
    },
    {
      summary: "Chosen columns.",
      inputs: [{ id: longs(1, 1), at: longs(2, 1), a: longs(5, 6), b: longs(7, 8) }],
      with: { id_column: "id", timestamp_column: "at", sequence_columns: ["b"] },
      gives: { id: longs(1), b: longLists([8, 7]) },
    },
  ],
});
