import { type Param, text } from "../../../base/params.ts";
import { columnParam, optionalColumnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { optionalRecordsParam } from "../../record-param.ts";
import { column } from "../../sql/expression.ts";
import { select, withColumns } from "../../sql/relation.ts";
import { columnOf, StepFault } from "../../step-fault.ts";

/** A name of which something is to be seen. */
const newName: Param<string> = {
  ...text({ required: true }),
  allowed: "a name for the column",
  parse: (given) => (given.trim() === "" ? undefined : given),
};

export const renameColumn = defineTransform({
  operator: "manage_columns",
  variant: [{ name: "operator", is: "Rename column" }],
  group: "Manage columns",
  title: "Rename column",
  summary: "Gives columns other names.",
  params: {
    input_column: optionalColumnParam(),
    new_name: text(),
    columns_to_rename: optionalRecordsParam(
      { input_column: text({ required: true }), new_name: newName },
      { min: 0, max: 1_000 },
    ),
  },
  relation({ input, values }) {
    const { input_column: one, new_name: name, columns_to_rename: several = [] } = values;
    const renamed = new Map<string, string>(several.map((pair) => [pair.input_column, pair.new_name]));
    if (one !== undefined && name?.trim()) renamed.set(one, name);
    if (renamed.size === 0)
      throw new StepFault(
        "No column is named; give input_column and new_name, or a list of both in columns_to_rename.",
      );
    for (const from of renamed.keys()) columnOf(input, from);
    const made = input.columns.map((from) => ({ name: renamed.get(from.name) ?? from.name, value: column(from) }));
    const seen = new Set<string>();
    for (const { name: to } of made) {
      if (seen.has(to))
        throw new StepFault(
          `Two columns would have the name ${JSON.stringify(to)}; give another name, or drop one of them first.`,
        );
      seen.add(to);
    }
    return select(input, made);
  },
  examples: [
    {
      inputs: [{ a: longs(1), b: texts("x") }],
      with: { input_column: "a", new_name: "é b" },
      gives: { "é b": longs(1), b: texts("x") },
    },
    {
      summary: "Several at once, which may exchange their names.",
      inputs: [{ a: longs(1), b: texts("x"), c: texts(null) }],
      with: {
        columns_to_rename: [
          { input_column: "a", new_name: "b" },
          { input_column: "b", new_name: "a" },
        ],
      },
      gives: { b: longs(1), a: texts("x"), c: texts(null) },
    },
  ],
});

/** As in Spark, a column that has the name already is replaced. */
export const duplicateColumn = defineTransform({
  operator: "manage_columns",
  variant: [{ name: "operator", is: "Duplicate column" }],
  group: "Manage columns",
  title: "Duplicate column",
  summary: "Copies a column into another.",
  params: { input_column: columnParam(), new_name: newName },
  relation: ({ input, values }) =>
    withColumns(input, [{ name: values.new_name, value: column(columnOf(input, values.input_column)) }]),
  examples: [
    {
      inputs: [{ a: longs(1, null), b: texts("x", "") }],
      with: { input_column: "a", new_name: "copy" },
      gives: { a: longs(1, null), b: texts("x", ""), copy: longs(1, null) },
    },
  ],
});
