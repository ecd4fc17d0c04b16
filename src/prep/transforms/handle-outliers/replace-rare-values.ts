import { integer, number, text } from "../../../base/params.ts";
import { text as textType } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { texts } from "../../example-columns.ts";
import { trainedMember } from "../../flows/trained-model.ts";
import { call, choose, column as columnOf, type Expression, literal, nullOf } from "../../sql/expression.ts";
import { aggregate, filter, limit, sort } from "../../sql/relation.ts";
import { textOf, written } from "../../sql/text-of.ts";

/** A value that is missing counts as rare. */
export const replaceRareValues = defineColumnTransform({
  operator: "handle_outliers",
  variant: [{ name: "operator", is: "Replace rare values" }],
  group: "Handle outliers",
  title: "Replace rare values",
  summary: "Replaces the values that are there in few rows: at most a number of them, or a share of all.",
  params: {
    replacement_string: text(),
    absolute_threshold: integer({ default: 10, min: 0 }),
    fraction_threshold: number({ default: 0.005, min: 0, max: 1 }),
    max_common_categories: integer({ default: 0, min: 0, max: 100 }),
  },
  accepts: written,
  fit: {
    asks(column, input, values) {
      const groups = aggregate(
        input,
        [{ name: "value", value: textOf(column) }],
        [{ name: "count", value: call("countRows") }],
      );
      const [value, count] = groups.columns.map(columnOf) as [Expression, Expression];
      const order = [{ by: count, descending: true }, { by: value }];
      const known = call("and", call("isNotNull", value), call("greater", count, values.absolute_threshold));
      // More values than this cannot each have a greater share of the rows.
      const shares = values.fraction_threshold > 0 ? Math.ceil(1 / values.fraction_threshold) : Number.MAX_SAFE_INTEGER;
      const most = Math.min(shares, values.max_common_categories || shares);
      return {
        common: limit(sort(filter(groups, known), order), most),
        rows: aggregate(input, [], [{ name: "count", value: call("countRows") }]),
      };
    },
    learn({ common = [], rows }, { fraction_threshold: fraction }) {
      const least = fraction * Number(rows?.[0]?.count ?? 0);
      return {
        common_categories: common.filter(({ count }) => Number(count) > least).map(({ value }) => String(value)),
      };
    },
    read(trained) {
      const common = trainedMember(trained, "common_categories");
      return Array.isArray(common) ? { common_categories: common.map(String) } : undefined;
    },
  },
  expression(column, { replacement_string: replacement }, { common_categories: common }) {
    const value = textOf(column);
    const rare = replacement === undefined ? nullOf(textType) : literal(replacement);
    if (common.length === 0) return choose([[call("isNull", value), rare]], rare);
    return choose([[call("among", value, ...common), value]], rare);
  },
  examples: [
    {
      inputs: [{ name: texts("a", "a", "é", "a", "é", "b", null) }],
      with: { input_column: "name", replacement_string: "other", absolute_threshold: 1 },
      gives: { name: texts("a", "a", "é", "a", "é", "other", "other") },
    },
    {
      summary: "A share of the rows, and at most one value that is common.",
      inputs: [{ name: texts("a", "a", "é", "a", "é", "b") }],
      with: {
        input_column: "name",
        replacement_string: "other",
        absolute_threshold: 0,
        fraction_threshold: 0.2,
        max_common_categories: 1,
        output_column: "kind",
      },
      gives: { name: texts("a", "a", "é", "a", "é", "b"), kind: texts("a", "a", "other", "a", "other", "other") },
    },
    {
      inputs: [{ name: texts("a", "b") }],
      with: { input_column: "name", replacement_string: "x" },
      gives: { name: texts("x", "x") },
    },
  ],
});
