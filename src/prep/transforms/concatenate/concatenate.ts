import { boolean, text } from "../../../base/params.ts";
import { type Column, type ColumnType, double, isNumeric, typeWords } from "../../column-type.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import { as, column, literal, nullOf } from "../../sql/expression.ts";
import { distinct, type Relation, select, union, withColumns } from "../../sql/relation.ts";
import { StepFault } from "../../step-fault.ts";

/** Columns are matched by name; one that an input lacks is null there. */
export const concatenate = defineTransform({
  operator: "concatenate",
  group: "Concatenate",
  title: "Concatenate",
  summary: "Puts the rows of tables one after the other.",
  takes: "several",
  params: {
    remove_duplicates: boolean({ default: false }),
    add_indicator: boolean({ default: false }),
    indicator_column: text({ default: "indicator" }),
    first_indicator: text({ default: "first" }),
    second_indicator: text({ default: "second" }),
  },
  relation({ inputs, values }) {
    if (inputs.length < 2) throw new StepFault("A concatenation has two inputs; connect the second one.");
    if (values.add_indicator && inputs.length > 2)
      throw new StepFault(
        `The column of the source is for two tables, and ${inputs.length} are connected; leave it out.`,
      );
    const columns = commonColumns(inputs);
    const whole = union(inputs.map((input) => aligned(input, columns)));
    const rows = values.remove_duplicates ? distinct(whole) : whole;
    if (!values.add_indicator) return rows;
    if (columns.some(({ name }) => name === values.indicator_column))
      throw new StepFault(
        `There is a column ${JSON.stringify(values.indicator_column)} already; give the indicator another name.`,
      );
    const marked = inputs.map((input, index) => {
      const value = literal(index === 0 ? values.first_indicator : values.second_indicator);
      return withColumns(aligned(input, columns), [{ name: values.indicator_column, value }]);
    });
    return values.remove_duplicates ? distinct(union(marked)) : union(marked);
  },
  examples: [
    {
      inputs: [
        { id: longs(1, 2), name: texts("Ann", null) },
        { name: texts("Bö", ""), id: longs(3, 2) },
      ],
      with: {},
      gives: { id: longs(1, 2, 3, 2), name: texts("Ann", null, "Bö", "") },
    },
    {
      summary: "What a table lacks is null, and a whole number beside others becomes one of them.",
      inputs: [{ a: longs(1), b: texts("x") }, { a: doubles(2.5) }],
      with: { add_indicator: true, indicator_column: "from", first_indicator: "old", second_indicator: "new" },
      gives: { a: doubles(1, 2.5), b: texts("x", null), from: texts("old", "new") },
    },
    {
      summary: "Equal rows once.",
      inputs: [
        { a: longs(1, 1, 2), b: texts("x", "x", null) },
        { a: longs(2, 3), b: texts(null, "y") },
      ],
      with: { remove_duplicates: true },
      gives: { a: longs(1, 2, 3), b: texts("x", null, "y") },
      anyOrder: true,
    },
  ],
});

function commonColumns(inputs: readonly Relation[]): readonly Column[] {
  const types = new Map<string, ColumnType>();
  for (const { columns } of inputs)
    for (const { name, type } of columns) types.set(name, commonType(name, types.get(name) ?? type, type));
  return [...types].map(([name, type]) => ({ name, type }));
}

function commonType(name: string, one: ColumnType, other: ColumnType): ColumnType {
  if (typeWords(one) === typeWords(other)) return one;
  if (isNumeric(one) && isNumeric(other)) return double;
  throw new StepFault(
    `The column ${JSON.stringify(name)} is of type ${typeWords(one)} in one table and of type ${typeWords(other)} in another. Parse one of them as the other's type first.`,
  );
}

function aligned(input: Relation, columns: readonly Column[]): Relation {
  const own = new Map(input.columns.map((one) => [one.name, one]));
  const values = columns.map(({ name, type }) => {
    const source = own.get(name);
    if (source === undefined) return { name, value: nullOf(type) };
    return { name, value: source.type.kind === type.kind ? column(source) : as(column(source), type) };
  });
  return select(input, values);
}
