import { integer } from "../../../base/params.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs } from "../../example-columns.ts";
import { randomNumber, withPosition } from "../../sql/random-number.ts";
import { onlyColumns, sort } from "../../sql/relation.ts";

/** The same seed and the same rows always give the same order. */
export const shuffle = defineTransform({
  operator: "manage_rows",
  variant: [{ name: "operator", is: "Shuffle" }],
  group: "Manage rows",
  title: "Shuffle",
  summary: "Puts the rows in an order of chance, the same for the same seed.",
  params: { seed: integer({ default: 0 }) },
  relation({ input, values }) {
    const { relation, position } = withPosition(input);
    return onlyColumns(sort(relation, [{ by: randomNumber(values.seed, position) }, { by: position }]), input.columns);
  },
  examples: [
    {
      inputs: [{ a: longs(1, 2, 3, 4, 5, 6) }],
      with: { seed: 7 },
      gives: { a: longs(6, 3, 2, 1, 5, 4) },
    },
    { inputs: [{ a: longs(1) }], with: {}, gives: { a: longs(1) } },
  ],
});
