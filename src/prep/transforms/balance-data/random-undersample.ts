import { integer, number } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { call, choose, column, over } from "../../sql/expression.ts";
import { randomNumber, withPosition } from "../../sql/random-number.ts";
import { filter, onlyColumns, sort, unusedName, withColumns } from "../../sql/relation.ts";
import { askLabels, hasLabel, learnLabels } from "./two-labels.ts";

export const randomUndersample = defineTransform({
  operator: "balance_data",
  variant: [{ name: "operator", is: "Random undersample", also: ["Random undersampling"] }],
  group: "Balance data",
  title: "Random undersample",
  summary:
    "Leaves out rows of the frequent label, chosen at random, until the rare one is as frequent as is asked for.",
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
    const { relation, position } = withPosition(input);
    const isMajority = hasLabel(input, values.target_column, learned.majority);
    const isMinority = hasLabel(input, values.target_column, learned.minority);
    const rank = unusedName(relation.columns, "rank");
    const minority = unusedName(relation.columns, "minority");
    const ranked = withColumns(relation, [
      {
        name: rank,
        value: over(call("rowNumber"), {
          partition: [call("coalesce", isMajority, false)],
          order: [{ by: randomNumber(values.seed, position) }, { by: position }],
        }),
      },
      { name: minority, value: over(call("count", choose([[isMinority, 1]]))) },
    ]);
    const [ordinal, count] = ranked.columns.slice(-2).map(column);
    const kept = call("lessOrEqual", ordinal!, call("round", call("divide", count!, values.ratio), 0));
    const rows = filter(ranked, call("or", call("not", call("coalesce", isMajority, false)), kept));
    return onlyColumns(sort(rows, [{ by: position }]), input.columns);
  },
  examples: [
    {
      inputs: [{ y: texts("no", "no", "no", "yes", "no", "no"), n: longs(1, 2, 3, 4, 5, 6) }],
      with: { target_column: "y", ratio: 0.5, seed: 3 },
      gives: { y: texts("no", "yes", "no"), n: longs(1, 4, 5) },
    },
    {
      summary: "Labels that are balanced already stay as they are.",
      inputs: [{ y: longs(1, 0, null) }],
      with: { target_column: "y" },
      gives: { y: longs(1, 0, null) },
    },
  ],
});
