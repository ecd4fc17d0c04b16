import { integer, number } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { call } from "../../sql/expression.ts";
import { randomNumber } from "../../sql/random-number.ts";
import { filter, join, select, sideOf, union, unusedName, withColumns } from "../../sql/relation.ts";
import { copiesOf } from "./copies.ts";
import { askLabels, hasLabel, learnLabels } from "./two-labels.ts";

/** Every row that is added is a copy of one that is drawn from all rows of the rare label. */
export const randomOversample = defineTransform({
  operator: "balance_data",
  variant: [{ name: "operator", is: "Random oversample", also: ["Random oversampling"] }],
  group: "Balance data",
  title: "Random oversample",
  summary: "Copies rows of the rare label, chosen at random, until it is as frequent as is asked for.",
  params: {
    target_column: columnParam(),
    ratio: number({ default: 1, above: 0, max: 1 }),
    seed: integer({ default: 838257247 }),
  },
  fit: {
    asks: (input, values) => askLabels(input, values.target_column),
    learn: (answers, values) => learnLabels(answers, values.target_column),
  },
  relation({ input, values, learned }) {
    const isMinority = hasLabel(input, values.target_column, learned.minority);
    const isMajority = hasLabel(input, values.target_column, learned.majority);
    const { relation: copies, copy, minority } = copiesOf(input, isMinority, isMajority, values.ratio);
    const drawn = call("multiply", randomNumber(values.seed, copy), minority);
    const numbers = select(copies, [{ name: "drawn", value: call("add", call("floor", drawn), 1) }]);
    const rare = filter(input, isMinority);
    const ordinal = unusedName(rare.columns, "ordinal");
    const ranked = withColumns(rare, [{ name: ordinal, value: call("rowPosition") }]);
    const added = join("inner", ranked, numbers, [[ordinal, "drawn"]], sideOf("left", rare));
    return union([input, added]);
  },
  examples: [
    {
      inputs: [{ y: texts("no", "no", "no", "yes", null), n: longs(1, 2, 3, 4, 5) }],
      with: { target_column: "y", ratio: 1 },
      gives: { y: texts("no", "no", "no", "yes", null, "yes", "yes"), n: longs(1, 2, 3, 4, 5, 4, 4) },
    },
    {
      summary: "Labels that are balanced enough stay as they are.",
      inputs: [{ y: longs(1, 0, 0) }],
      with: { target_column: "y", ratio: 0.5 },
      gives: { y: longs(1, 0, 0) },
    },
  ],
});
