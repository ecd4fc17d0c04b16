import { choice, text } from "../../../base/params.ts";
import { optionalColumnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import { optionalRecordsParam } from "../../record-param.ts";
import { column, type Order } from "../../sql/expression.ts";
import { sort } from "../../sql/relation.ts";
import { columnOf, StepFault } from "../../step-fault.ts";

const order = choice(["Ascending", "Descending"], { default: "Ascending" });

/** As in Spark, what is missing is less than all values, and what is no number more than all numbers. */
export const sortRows = defineTransform({
  operator: "manage_rows",
  variant: [{ name: "operator", is: "Sort" }],
  group: "Manage rows",
  title: "Sort",
  summary: "Puts the rows in the order of columns.",
  params: {
    sort_by: optionalColumnParam(),
    order,
    conditions: optionalRecordsParam({ sort_by: text({ required: true }), order }, { min: 0, max: 1_000 }),
  },
  relation({ input, values }) {
    const { sort_by: one, order: way, conditions = [] } = values;
    const given = conditions.length > 0 ? conditions : one === undefined ? [] : [{ sort_by: one, order: way }];
    if (given.length === 0) throw new StepFault("No column is named; give sort_by, or a list in conditions.");
    const names = given.map(({ sort_by: name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) throw new StepFault(`The column ${JSON.stringify(twice)} is named twice; name it once.`);
    return sort(
      input,
      given.map((condition): Order => {
        const descending = condition.order === "Descending";
        return { by: column(columnOf(input, condition.sort_by)), descending, nullsFirst: !descending };
      }),
    );
  },
  examples: [
    {
      inputs: [{ a: longs(2, null, 1), b: texts("x", "y", "z") }],
      with: { sort_by: "a", order: "Ascending" },
      gives: { a: longs(null, 1, 2), b: texts("y", "z", "x") },
    },
    {
      inputs: [{ a: doubles(1, Number.NaN, null, 2), b: texts("w", "x", "y", "z") }],
      with: { conditions: [{ sort_by: "a", order: "Descending" }] },
      gives: { a: doubles(Number.NaN, 2, 1, null), b: texts("x", "z", "w", "y") },
    },
    {
      inputs: [{ a: longs(1, 2, 1), b: texts("é", "b", "f") }],
      with: {
        conditions: [
          { sort_by: "a", order: "Ascending" },
          { sort_by: "b", order: "Descending" },
        ],
      },
      gives: { a: longs(1, 1, 2), b: texts("é", "f", "b") },
    },
  ],
});
