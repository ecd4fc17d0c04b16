import { columnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { column } from "../../sql/expression.ts";
import { randomNumber, withPosition } from "../../sql/random-number.ts";
import { distinct, limit, named, select } from "../../sql/relation.ts";
import { columnOf, StepFault } from "../../step-fault.ts";
import { error, seed, splitByRank, splits } from "./split-rows.ts";

const maxStrata = 100;

/** Rows without a value are a stratum too. */
export const stratifiedSplit = defineTransform({
  operator: "split",
  variant: [{ name: "operator", is: "Stratified split", also: ["Stratified"] }],
  group: "Split data",
  title: "Stratified split",
  summary: "Splits rows at random into parts that have the same share of each value of a column.",
  params: { splits, error, seed, input_column: columnParam() },
  fit: {
    asks: (input, values) => {
      const found = columnOf(input, values.input_column);
      return { strata: limit(distinct(select(input, named([found]))), maxStrata + 1) };
    },
    learn: ({ strata = [] }, values) => {
      if (strata.length <= maxStrata) return { strata: strata.length };
      throw new StepFault(
        `The column ${JSON.stringify(values.input_column)} has more than ${maxStrata} values; stratify by one that has at most so many, or split at random.`,
      );
    },
  },
  relation({ input, values }) {
    const stratum = column(columnOf(input, values.input_column));
    const { relation, position } = withPosition(input);
    const order = [{ by: randomNumber(values.seed, position) }, { by: position }];
    return splitByRank(input, relation, [stratum], order, values.splits);
  },
  examples: [
    {
      inputs: [{ kind: texts("a", "b", "a", "a", "b", "a", null, null) }],
      with: {
        splits: [
          { name: "one", percentage: 0.5 },
          { name: "other", percentage: 0.5 },
        ],
        input_column: "kind",
      },
      gives: { outputs: { one: { kind: texts("a", "a", "b", null) }, other: { kind: texts("a", "a", "b", null) } } },
      anyOrder: true,
    },
    {
      summary: "One row.",
      inputs: [{ kind: longs(1) }],
      with: {
        splits: [
          { name: "most", percentage: 0.9 },
          { name: "rest", percentage: 0.1 },
        ],
        input_column: "kind",
      },
      gives: { outputs: { most: { kind: longs(1) }, rest: { kind: longs() } } },
    },
  ],
});
