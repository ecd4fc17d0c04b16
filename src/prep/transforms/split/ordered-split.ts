import { boolean } from "../../../base/params.ts";
import { optionalColumnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import { column } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import { columnOf, needType } from "../../step-fault.ts";
import { error, seed, splitByRank, splitByValue, splits } from "./split-rows.ts";

const halves = [
  { name: "first", percentage: 0.5 },
  { name: "second", percentage: 0.5 },
];

/** Rows of one value stay together unless `handle_duplicates` says that they may be parted. */
export const orderedSplit = defineTransform({
  operator: "split",
  variant: [{ name: "operator", is: "Ordered split", also: ["Ordered"] }],
  group: "Split data",
  title: "Ordered split",
  summary: "Splits rows in their order, or in that of a column, into parts of given sizes.",
  params: { splits, error, seed, input_column: optionalColumnParam(), handle_duplicates: boolean({ default: false }) },
  relation({ input, values }) {
    const { relation, position } = withPosition(input);
    if (values.input_column === undefined) return splitByValue(input, relation, position, values.splits);
    const found = columnOf(input, values.input_column);
    needType(found, ["long", "double", "date", "timestamp"]);
    if (!values.handle_duplicates) return splitByValue(input, relation, column(found), values.splits);
    return splitByRank(input, relation, [], [{ by: column(found) }, { by: position }], values.splits);
  },
  examples: [
    {
      inputs: [{ t: texts("a", "b", null, "ü") }],
      with: { splits: halves },
      gives: { outputs: { first: { t: texts("a", "b") }, second: { t: texts(null, "ü") } } },
    },
    {
      summary: "Rows of one value stay together, and those without a value come last.",
      inputs: [{ n: longs(5, 1, 1, 1, null) }],
      with: { splits: halves, input_column: "n" },
      gives: { outputs: { first: { n: longs(1, 1, 1) }, second: { n: longs(5, null) } } },
    },
    {
      summary: "Rows of one value may be parted.",
      inputs: [{ n: doubles(5.5, 1, 1, 1), at: longs(1, 2, 3, 4) }],
      with: { splits: halves, input_column: "n", handle_duplicates: true },
      gives: {
        outputs: { first: { n: doubles(1, 1), at: longs(2, 3) }, second: { n: doubles(1, 5.5), at: longs(4, 1) } },
      },
      anyOrder: true,
    },
    {
      inputs: [{ n: longs(7) }],
      summary: "One row is in the first part.",
      with: { splits: halves },
      gives: { outputs: { first: { n: longs(7) }, second: { n: longs() } } },
    },
  ],
});
