import { columnsParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { without } from "../../sql/relation.ts";
import { columnOf } from "../../step-fault.ts";

export const dropColumn = defineTransform({
  operator: "manage_columns",
  variant: [{ name: "operator", is: "Drop column" }],
  group: "Manage columns",
  title: "Drop column",
  summary: "Leaves out columns.",
  params: { column_to_drop: columnsParam() },
  relation({ input, values }) {
    for (const name of values.column_to_drop) columnOf(input, name);
    return without(input, values.column_to_drop);
  },
  examples: [
    {
      inputs: [{ a: longs(1, 2), b: texts("x", "y"), c: longs(3, 4) }],
      with: { column_to_drop: ["a", "c"] },
      gives: { b: texts("x", "y") },
    },
  ],
});
