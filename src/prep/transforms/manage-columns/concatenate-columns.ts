import { text } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { call, choose, column } from "../../sql/expression.ts";
import { withColumns } from "../../sql/relation.ts";
import { textOf, written } from "../../sql/text-of.ts";
import { columnOf, needType } from "../../step-fault.ts";

/** As Spark's concat_ws: a value that is missing is left out, with its delimiter. */
export const concatenateColumns = defineTransform({
  operator: "manage_columns",
  variant: [{ name: "operator", is: "Concatenate columns", also: ["Concat columns"] }],
  group: "Manage columns",
  title: "Concatenate columns",
  summary: "Puts the texts of two columns together, with a delimiter between them.",
  params: {
    left_column: columnParam(...written),
    right_column: columnParam(...written),
    delimiter: text({ default: "_" }),
    output_column: text(),
  },
  relation({ input, values }) {
    const { left_column: left, right_column: right, delimiter, output_column: output } = values;
    const [first, second] = [left, right].map((name) => {
      const found = columnOf(input, name);
      needType(found, written);
      return textOf(column(found));
    }) as [ReturnType<typeof textOf>, ReturnType<typeof textOf>];
    const both = call("concat", call("concat", first, delimiter), second);
    const value = choose([[call("isNotNull", both), both]], call("coalesce", first, second, ""));
    return withColumns(input, [{ name: output || `${left}_${right}`, value }]);
  },
  examples: [
    {
      inputs: [{ a: texts("x", "é", null, null, ""), b: longs(1, null, 2, null, 3) }],
      with: { left_column: "a", right_column: "b" },
      gives: {
        a: texts("x", "é", null, null, ""),
        b: longs(1, null, 2, null, 3),
        a_b: texts("x_1", "é", "2", "", "_3"),
      },
    },
    {
      inputs: [{ a: texts("x"), b: texts("y") }],
      with: { left_column: "b", right_column: "a", delimiter: "", output_column: "a" },
      gives: { a: texts("yx"), b: texts("y") },
    },
  ],
});
