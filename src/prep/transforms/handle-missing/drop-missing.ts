import { choice } from "../../../base/params.ts";
import { optionalColumnsParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import { allOf, call, column } from "../../sql/expression.ts";
import { filter } from "../../sql/relation.ts";
import { columnOf } from "../../step-fault.ts";
import { isMissing } from "./missing.ts";

/** Older flows name the columns within `drop_rows_parameters`. */
export const dropMissing = defineTransform({
  operator: "handle_missing",
  variant: [{ name: "operator", is: "Drop missing" }],
  group: "Handle missing",
  title: "Drop missing",
  summary: "Leaves out rows in which a value is missing: of the columns that are named, else of any.",
  params: {
    input_column: optionalColumnsParam(),
    dimension: choice(["Drop Rows"]),
    "drop_rows_parameters.input_column": optionalColumnsParam(),
  },
  relation({ input, values }) {
    const names = values.input_column ?? values["drop_rows_parameters.input_column"];
    const columns = names ? names.map((name) => columnOf(input, name)) : input.columns;
    return filter(input, allOf(columns.map((one) => call("not", isMissing(column(one))))));
  },
  examples: [
    {
      inputs: [{ n: longs(1, null, 3, 4), name: texts("é", "b", " ", null) }],
      with: {},
      gives: { n: longs(1), name: texts("é") },
    },
    {
      inputs: [{ n: longs(1, null, 3), x: doubles(1, 2, Number.NaN) }],
      with: { input_column: ["x"] },
      gives: { n: longs(1, null), x: doubles(1, 2) },
    },
    {
      summary: "As older flows say it.",
      inputs: [{ n: longs(1, null), name: texts("", "b") }],
      with: { dimension: "Drop Rows", drop_rows_parameters: { input_column: "n" } },
      gives: { n: longs(1), name: texts("") },
    },
  ],
});
