import { boolean, number } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubleLists, doubles, longLists } from "../../example-columns.ts";
import { call, column as columnExpression, literal } from "../../sql/expression.ts";
import { aggregate, withColumns, without } from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";
import { ofLength, seriesOf } from "./series-list.ts";

const maxColumns = 1_000;

/** The length is one that a series of the data has: that at the quantile of all lengths. */
export const standardizeLength = defineTransform({
  operator: "time_series",
  variant: [{ name: "operator", is: "Standardize length", block: "Standardize length_parameters" }],
  group: "Time series",
  title: "Standardize length",
  summary: "Gives the series that the cells hold one length: longer ones are cut, shorter ones filled.",
  params: {
    sequence_column: columnParam("list", "vector"),
    output_column: optionalFilledText,
    cutoff_quantile: number({ default: 0.9, min: 0, max: 1 }),
    flatten: boolean({ default: false }),
  },
  fit: {
    asks: (input, values) => {
      const found = columnOf(input, values.sequence_column);
      needType(found, ["list", "vector"]);
      const length = call("listLength", columnExpression(found));
      const cut = call("quantile", length, literal(values.cutoff_quantile, { kind: "double" }));
      return { length: aggregate(input, [], [{ name: "length", value: cut }]) };
    },
    learn: ({ length }) => ({ length: Number(length?.[0]?.length ?? 0) }),
  },
  relation({ input, values, learned }) {
    const found = columnOf(input, values.sequence_column);
    needType(found, ["list", "vector"]);
    const series = ofLength(seriesOf(columnExpression(found)), learned.length);
    const name = values.output_column ?? found.name;
    if (!values.flatten) return withColumns(input, [{ name, value: series }]);
    if (learned.length > maxColumns)
      throw new StepFault(
        `The series ${JSON.stringify(found.name)} would become ${learned.length} columns; at most ${maxColumns} are made. Lower the cutoff quantile, or do not flatten.`,
      );
    const columns = Array.from({ length: learned.length }, (_, index) => ({
      name: `${name}_${index}`,
      value: call("elementAt", series, index + 1),
    }));
    const made = withColumns(input, columns);
    return values.output_column === undefined ? without(made, [found.name]) : made;
  },
  examples: [
    {
      inputs: [{ s: longLists([1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5], [], null) }],
      with: { sequence_column: "s", cutoff_quantile: 0.5, output_column: "even" },
      gives: {
        s: longLists([1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5], [], null),
        even: doubleLists([1, 2, 3], [1, 2, 3], [1, 2, 3], [Number.NaN, Number.NaN, Number.NaN], null),
      },
    },
    {
      inputs: [{ s: doubleLists([1.5], [2, 3]) }],
      with: { sequence_column: "s", cutoff_quantile: 1, flatten: true },
      gives: { s_0: doubles(1.5, 2), s_1: doubles(Number.NaN, 3) },
    },
  ],
});
