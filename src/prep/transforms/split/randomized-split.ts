import { defineTransform } from "../../define-transform.ts";
import { longs } from "../../example-columns.ts";
import { randomNumber, withPosition } from "../../sql/random-number.ts";
import { error, seed, splitByValue, splits } from "./split-rows.ts";

/** The same seed splits the same table into the same parts, on every engine. */
export const randomizedSplit = defineTransform({
  operator: "split",
  variant: [{ name: "operator", is: "Randomized split", also: ["Randomized"] }],
  group: "Split data",
  title: "Randomized split",
  summary: "Splits rows at random into parts of given sizes.",
  params: { splits, error, seed },
  relation({ input, values }) {
    const { relation, position } = withPosition(input);
    return splitByValue(input, relation, randomNumber(values.seed, position), values.splits);
  },
  examples: [
    {
      inputs: [{ n: longs(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) }],
      with: {
        splits: [
          { name: "Train", percentage: 0.8 },
          { name: "Test", percentage: 0.2 },
        ],
        error: 0.0001,
      },
      gives: { outputs: { Train: { n: longs(2, 3, 4, 5, 6, 8, 9, 10) }, Test: { n: longs(1, 7) } } },
    },
  ],
});
