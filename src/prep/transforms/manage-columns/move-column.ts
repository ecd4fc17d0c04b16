import { counted } from "../../../base/counted.ts";
import { integer } from "../../../base/params.ts";
import { columnParam, columnsParam } from "../../column-param.ts";
import { defineTransform, type VariantChoice } from "../../define-transform.ts";
import { longs } from "../../example-columns.ts";
import { named, type Relation, select } from "../../sql/relation.ts";
import { columnOf, StepFault } from "../../step-fault.ts";

const group = "Manage columns";
const operator = "manage_columns";
const variant = (move: string): readonly VariantChoice[] => [
  { name: "operator", is: "Move column" },
  { name: "move_type", is: move },
];
const table = { a: longs(1), b: longs(2), c: longs(3), d: longs(4) };

/** The columns that move keep their order, and stand before the one at `place` among those that stay. */
function moved(input: Relation, names: readonly string[], place: (rest: readonly string[]) => number): Relation {
  for (const name of names) columnOf(input, name);
  const moving = input.columns.filter(({ name }) => names.includes(name));
  const rest = input.columns.filter(({ name }) => !names.includes(name));
  const at = place(rest.map(({ name }) => name));
  return select(input, named([...rest.slice(0, at), ...moving, ...rest.slice(at)]));
}

/** The place of a column that stays. */
function placeOf(input: Relation, names: readonly string[], target: string): (rest: readonly string[]) => number {
  columnOf(input, target);
  if (names.includes(target))
    throw new StepFault(`The column ${JSON.stringify(target)} cannot move to itself; name another target_column.`);
  return (rest) => rest.indexOf(target);
}

export const moveToStart = defineTransform({
  operator,
  variant: variant("Move to start"),
  group,
  title: "Move column to start",
  summary: "Puts columns before all others.",
  params: { column_to_move: columnsParam() },
  relation: ({ input, values }) => moved(input, values.column_to_move, () => 0),
  examples: [
    {
      inputs: [table],
      with: { column_to_move: "c" },
      gives: { c: longs(3), a: longs(1), b: longs(2), d: longs(4) },
    },
    {
      inputs: [table],
      with: { column_to_move: ["d", "b"] },
      gives: { b: longs(2), d: longs(4), a: longs(1), c: longs(3) },
    },
  ],
});

export const moveToEnd = defineTransform({
  operator,
  variant: variant("Move to end"),
  group,
  title: "Move column to end",
  summary: "Puts columns after all others.",
  params: { column_to_move: columnsParam() },
  relation: ({ input, values }) => moved(input, values.column_to_move, (rest) => rest.length),
  examples: [
    {
      inputs: [table],
      with: { column_to_move: "a" },
      gives: { b: longs(2), c: longs(3), d: longs(4), a: longs(1) },
    },
  ],
});

export const moveToIndex = defineTransform({
  operator,
  variant: variant("Move to index"),
  group,
  title: "Move column to index",
  summary: "Puts columns at a place, the first of which is 0.",
  params: { column_to_move: columnsParam(), index: integer({ required: true, min: 0 }) },
  relation: ({ input, values: { column_to_move: names, index } }) =>
    moved(input, names, (rest) => {
      if (index <= rest.length) return index;
      throw new StepFault(
        `The index is ${index}; the table has ${counted(input.columns.length, "column")}, give 0 to ${rest.length}.`,
      );
    }),
  examples: [
    {
      inputs: [table],
      with: { column_to_move: "a", index: 2 },
      gives: { b: longs(2), c: longs(3), a: longs(1), d: longs(4) },
    },
  ],
});

export const moveAfter = defineTransform({
  operator,
  variant: variant("Move after"),
  group,
  title: "Move column after",
  summary: "Puts columns after another.",
  params: { column_to_move: columnsParam(), target_column: columnParam() },
  relation: ({ input, values: { column_to_move: names, target_column: target } }) => {
    const place = placeOf(input, names, target);
    return moved(input, names, (rest) => place(rest) + 1);
  },
  examples: [
    {
      inputs: [table],
      with: { column_to_move: "a", target_column: "c" },
      gives: { b: longs(2), c: longs(3), a: longs(1), d: longs(4) },
    },
  ],
});

export const moveBefore = defineTransform({
  operator,
  variant: variant("Move before"),
  group,
  title: "Move column before",
  summary: "Puts columns before another.",
  params: { column_to_move: columnsParam(), target_column: columnParam() },
  relation: ({ input, values: { column_to_move: names, target_column: target } }) =>
    moved(input, names, placeOf(input, names, target)),
  examples: [
    {
      inputs: [table],
      with: { column_to_move: ["d"], target_column: "b" },
      gives: { a: longs(1), d: longs(4), b: longs(2), c: longs(3) },
    },
  ],
});
