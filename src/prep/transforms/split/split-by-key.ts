import { columnsParam } from "../../column-param.ts";
import { text } from "../../column-type.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { as, call, column, literal } from "../../sql/expression.ts";
import { randomNumber } from "../../sql/random-number.ts";
import { columnOf } from "../../step-fault.ts";
import { error, seed, splitByValue, splits } from "./split-rows.ts";

/** A character that no text of a key has: keys "a", "b" and "ab", "" differ. */
const separator = "\u001F";

export const splitByKey = defineTransform({
  operator: "split",
  variant: [{ name: "operator", is: "Split by key", also: ["Split by keys", "Key"] }],
  group: "Split data",
  title: "Split by key",
  summary: "Splits rows at random into parts so that rows with the same key are in the same part.",
  params: { splits, error, seed, key_columns: columnsParam() },
  relation({ input, values }) {
    const texts = values.key_columns.map((name) =>
      call("coalesce", as(column(columnOf(input, name)), text), literal("\u001E")),
    );
    const key = texts.reduce((left, right) => call("concat", call("concat", left, separator), right));
    return splitByValue(input, input, randomNumber(values.seed, key), values.splits);
  },
  examples: [
    {
      inputs: [{ user: texts("ann", "bo", "ann", null, "bo", null), at: longs(1, 1, 2, 1, 2, 2) }],
      with: {
        splits: [
          { name: "Train", percentage: 0.6 },
          { name: "Test", percentage: 0.4 },
        ],
        key_columns: ["user"],
      },
      gives: {
        outputs: {
          Train: { user: texts("ann", "ann", null, null), at: longs(1, 2, 1, 2) },
          Test: { user: texts("bo", "bo"), at: longs(1, 2) },
        },
      },
    },
  ],
});
