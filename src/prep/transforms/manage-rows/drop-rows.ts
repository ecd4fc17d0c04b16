import { defineTransform } from "../../define-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import { anyOf, column } from "../../sql/expression.ts";
import { isPresent } from "../../sql/is-present.ts";
import { distinct, filter } from "../../sql/relation.ts";

export const dropDuplicates = defineTransform({
  operator: "manage_rows",
  variant: [{ name: "operator", is: "Drop duplicates" }],
  group: "Manage rows",
  title: "Drop duplicates",
  summary: "Leaves one of rows that are equal in all columns.",
  params: {},
  relation: ({ input }) => distinct(input),
  examples: [
    {
      inputs: [{ a: longs(1, 1, null, null, 1), b: texts("x", "x", "", "", "X") }],
      with: {},
      gives: { a: longs(1, null, 1), b: texts("x", "", "X") },
      anyOrder: true,
    },
  ],
});

export const dropEmpty = defineTransform({
  operator: "manage_rows",
  variant: [{ name: "operator", is: "Drop empty", also: ["Drop empty rows"] }],
  group: "Manage rows",
  title: "Drop empty",
  summary: "Leaves out rows in which every value is missing.",
  params: {},
  relation: ({ input }) => filter(input, anyOf(input.columns.map((one) => isPresent(column(one))))),
  examples: [
    {
      inputs: [{ a: doubles(1, null, Number.NaN, null), b: texts("x", null, null, "") }],
      with: {},
      gives: { a: doubles(1, null), b: texts("x", "") },
    },
  ],
});
