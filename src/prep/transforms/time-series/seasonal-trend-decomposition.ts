import { boolean, integer } from "../../../base/params.ts";
import { columnParam, optionalColumnParam } from "../../column-param.ts";
import { double, listOf, long, text } from "../../column-type.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import {
  as,
  call,
  column as columnExpression,
  type Expression,
  each,
  literal,
  over,
  within,
} from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { aggregate, explode, join, onlyColumns, select, sideOf, sort, withColumns } from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";

/** STL with the defaults of statsmodels. The order of the rows stays; that of the times says how the series goes. */
export const seasonalTrendDecomposition = defineTransform({
  operator: "time_series",
  variant: [{ name: "operator", is: "Seasonal-trend decomposition", block: "Seasonal-trend decomposition_parameters" }],
  group: "Time series",
  title: "Seasonal-trend decomposition",
  summary: "Divides the values of a series into a trend, a season and what remains (STL).",
  params: {
    sequence_column: columnParam("long", "double"),
    timestamp_column: columnParam(),
    id_column: optionalColumnParam(),
    output_column: optionalFilledText,
    period: integer({ required: true, min: 2, max: 100_000 }),
    seasonal: integer({ default: 7, min: 3 }),
    robust: boolean({ default: false }),
  },
  spark: { cannot: "It is code." },
  relation({ input, values }) {
    const { id_column: id, period, robust, seasonal } = values;
    const sequence = columnOf(input, values.sequence_column);
    needType(sequence, ["long", "double"]);
    if (seasonal % 2 === 0)
      throw new StepFault(`seasonal is ${seasonal}; give an odd number, such as ${seasonal + 1}.`);
    const { relation, position } = withPosition(input);
    const partition = id === undefined ? [] : [columnExpression(columnOf(input, id))];
    const order = [{ by: columnExpression(columnOf(input, values.timestamp_column)) }, { by: position }];
    // Rows without an id are a series too.
    const key = partition[0] ? call("coalesce", call("concat", "=", as(partition[0], text)), "") : literal("");
    const rows = withColumns(relation, [
      { name: "__key", value: key },
      { name: "__place", value: over(call("rowNumber"), { partition, order }) },
    ]);
    const own = (name: string, type = text): Expression => columnExpression({ name, type });
    const place = own("__place", long);
    const series = aggregate(
      rows,
      [{ name: "__key", value: own("__key") }],
      [{ name: "__series", value: call("collectAll", as(columnExpression(sequence), double), place) }],
    );
    const options = JSON.stringify({ period, seasonal, robust });
    // A row of each value again, so that no row carries a whole series.
    const decomposed = within(
      call("seasonalTrend", columnExpression(series.columns[1]!), options),
      "__parts",
      (parts) => {
        const size = call("floor", call("divide", call("listLength", parts), 3));
        return each(
          call("numbers", 1, size),
          (at) => {
            const part = (shift: number) => call("elementAt", parts, call("add", at, call("multiply", size, shift)));
            return call("listOf", as(at, double), part(0), part(1), part(2));
          },
          "__at",
        );
      },
    );
    const exploded = explode(series, decomposed, "__part");
    const part = (at: number) => call("elementAt", own("__part", listOf(double)), at);
    const name = values.output_column ?? sequence.name;
    const names = ["trend", "seasonal", "remainder"].map((one) => `${name}_${one}`);
    const parts = select(exploded, [
      { name: "__key", value: own("__key") },
      { name: "__place", value: as(part(1), long) },
      ...names.map((one, at) => ({ name: one, value: part(at + 2) })),
    ]);
    const made = join(
      "inner",
      rows,
      parts,
      [
        ["__key", "__key"],
        ["__place", "__place"],
      ],
      [
        ...sideOf("left", rows).filter((one) => !names.includes(one.name)),
        ...names.map((one) => ({ name: one, side: "right" as const, from: one })),
      ],
    );
    const added = new Set(["__key", "__place", (position as { name: string }).name]);
    return onlyColumns(
      sort(made, [{ by: position }]),
      made.columns.filter((one) => !added.has(one.name)),
    );
  },
  examples: [
    {
      summary: "A line with a season; each series by itself.",
      inputs: [
        {
          id: texts("a", "a", "a", "a", null, null, null, null),
          at: longs(4, 3, 2, 1, 1, 2, 3, 4),
          n: longs(1, 5, 1, 5, 2, 2, 2, 2),
        },
      ],
      with: { sequence_column: "n", timestamp_column: "at", id_column: "id", period: 2 },
      gives: {
        id: texts("a", "a", "a", "a", null, null, null, null),
        at: longs(4, 3, 2, 1, 1, 2, 3, 4),
        n: longs(1, 5, 1, 5, 2, 2, 2, 2),
        n_trend: doubles(3, 3, 3, 3, 2, 2, 2, 2),
        n_seasonal: doubles(-2, 2, -2, 2, 0, 0, 0, 0),
        n_remainder: doubles(0, 0, 0, 0, 0, 0, 0, 0),
      },
    },
  ],
});
