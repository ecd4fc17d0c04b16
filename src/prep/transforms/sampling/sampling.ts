import { integer } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { call, column, over } from "../../sql/expression.ts";
import { randomNumber, withPosition } from "../../sql/random-number.ts";
import { filter, limit, onlyColumns, sort, unusedName, withColumns } from "../../sql/relation.ts";
import { columnOf } from "../../step-fault.ts";

const group = "Sampling";
const size = integer({ required: true, min: 1 });
const seed = integer({ default: 838257247 });

export const limitSampling = defineTransform({
  operator: "sampling",
  variant: [{ name: "sampling_method", is: "Limit" }],
  group,
  title: "Limit",
  summary: "Keeps the first rows.",
  params: { sample_size: size },
  relation: ({ input, values }) => limit(input, values.sample_size),
  examples: [
    { inputs: [{ n: longs(3, null, 1) }], with: { sample_size: 2 }, gives: { n: longs(3, null) } },
    {
      summary: "A table may have fewer rows.",
      inputs: [{ n: longs(3) }],
      with: { sample_size: 10 },
      gives: { n: longs(3) },
    },
  ],
});

/** The same seed chooses the same rows of the same table, on every engine. */
export const randomSampling = defineTransform({
  operator: "sampling",
  variant: [{ name: "sampling_method", is: "Random", also: ["Randomized"] }],
  group,
  title: "Randomized",
  summary: "Keeps so many rows, chosen at random, in their order.",
  params: { sample_size: size, seed },
  relation({ input, values }) {
    const { relation, position } = withPosition(input);
    const chosen = limit(
      sort(relation, [{ by: randomNumber(values.seed, position) }, { by: position }]),
      values.sample_size,
    );
    return onlyColumns(sort(chosen, [{ by: position }]), input.columns);
  },
  examples: [
    {
      inputs: [{ n: longs(10, 20, 30, 40, 50, 60) }],
      with: { sample_size: 3, seed: 1 },
      gives: { n: longs(10, 30, 60) },
    },
    {
      summary: "A table may have fewer rows.",
      inputs: [{ n: longs(3, null), t: texts("ü", "") }],
      with: { sample_size: 10 },
      gives: { n: longs(3, null), t: texts("ü", "") },
    },
  ],
});

/** Shares are rounded, so that the whole is about the size that is asked for. Rows without a value are a stratum too. */
export const stratifiedSampling = defineTransform({
  operator: "sampling",
  variant: [{ name: "sampling_method", is: "Stratified" }],
  group,
  title: "Stratified",
  summary: "Keeps about so many rows, chosen at random, of each value of a column as large a share as it has.",
  params: { sample_size: size, seed, stratify_column: columnParam() },
  relation({ input, values }) {
    const stratum = column(columnOf(input, values.stratify_column));
    const { relation, position } = withPosition(input);
    const names = ["rank", "members", "rows"].map((name) => unusedName(relation.columns, name));
    const ranked = withColumns(relation, [
      {
        name: names[0]!,
        value: over(call("rowNumber"), {
          partition: [stratum],
          order: [{ by: randomNumber(values.seed, position) }, { by: position }],
        }),
      },
      { name: names[1]!, value: over(call("countRows"), { partition: [stratum] }) },
      { name: names[2]!, value: over(call("countRows")) },
    ]);
    const [rank, members, rows] = ranked.columns.slice(-3).map(column);
    const share = call("round", call("divide", call("multiply", members!, values.sample_size), rows!), 0);
    const chosen = filter(ranked, call("lessOrEqual", rank!, share));
    return onlyColumns(sort(chosen, [{ by: position }]), input.columns);
  },
  examples: [
    {
      inputs: [{ n: longs(1, 2, 3, 4, 5, 6), kind: texts("a", "a", "b", "a", "a", null) }],
      with: { sample_size: 3, seed: 7, stratify_column: "kind" },
      gives: { n: longs(1, 2, 3, 6), kind: texts("a", "a", "b", null) },
    },
  ],
});
