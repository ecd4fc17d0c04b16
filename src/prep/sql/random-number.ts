import { text } from "../column-type.ts";
import { as, call, column, type Expression } from "./expression.ts";
import { type Relation, unusedName, withColumns } from "./relation.ts";

/** A number from 0 to 1 (excluded) that a seed and a value always give, on every engine and in every run. */
export const randomNumber = (seed: number, of: Expression): Expression =>
  call("fraction", call("concat", `${seed}:`, as(of, text)));

/** A relation with the place of each row, the first of which is 1, in a column more. */
export function withPosition(input: Relation): { readonly relation: Relation; readonly position: Expression } {
  const name = unusedName(input.columns, "position");
  const relation = withColumns(input, [{ name, value: call("rowPosition") }]);
  return { relation, position: column(relation.columns.at(-1)!) };
}
