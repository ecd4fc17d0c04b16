import { choice } from "../../../base/params.ts";
import { columnParam, columnsParam } from "../../column-param.ts";
import { type Column, double, isNumeric, vector } from "../../column-type.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubleLists, doubles, longs, texts, vectors } from "../../example-columns.ts";
import { as, call, choose, column as columnExpression, type Expression, literal } from "../../sql/expression.ts";
import { filter, limit, select, withColumns } from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { filledText, optionalFilledText } from "../../text-param.ts";

const operator = "manage_vectors";
const group = "Manage vectors";

/** A row in which one of the columns is null has no vector. */
export const assembleVector = defineTransform({
  operator,
  variant: [{ name: "operator", is: "Assemble" }],
  group,
  title: "Assemble",
  summary: "Makes one vector of numbers and vectors.",
  params: { input_column: columnsParam("long", "double", "boolean", "vector", "list"), output_column: filledText },
  relation({ input, values }) {
    const parts = values.input_column.map((name) => partOf(columnOf(input, name)));
    return withColumns(input, [
      { name: values.output_column, value: parts.reduce((left, right) => call("listConcat", left, right)) },
    ]);
  },
  examples: [
    {
      inputs: [{ a: longs(1, null), b: vectors([2.5, 3], [4, 5]), c: doubles(6, 7) }],
      with: { input_column: ["a", "b", "c"], output_column: "v" },
      gives: { a: longs(1, null), b: vectors([2.5, 3], [4, 5]), c: doubles(6, 7), v: vectors([1, 2.5, 3, 6], null) },
    },
  ],
});

function partOf(found: Column): Expression {
  const { type, name } = found;
  const value = columnExpression(found);
  if (type.kind === "vector") return value;
  if (type.kind === "list" && isNumeric(type.element)) return as(value, vector);
  if (type.kind === "list")
    throw new StepFault(
      `The column ${JSON.stringify(name)} holds lists of ${type.element.kind}, and a vector is made of numbers.`,
    );
  needType(found, ["long", "double", "boolean"]);
  return choose([[call("isNotNull", value), call("vectorOf", as(value, double))]]);
}

/** Longer vectors are cut, shorter ones filled with "not a number". */
export const flattenVector = defineTransform({
  operator,
  variant: [{ name: "operator", is: "Flatten" }],
  group,
  title: "Flatten",
  summary: "Makes a column of each place of a vector; the first vector says how many there are.",
  params: {
    input_column: columnParam("vector", "list"),
    output_prefix: optionalFilledText,
    method: choice(["Length of first vector"], { default: "Length of first vector" }),
  },
  fit: {
    asks: (input, values) => {
      const found = columnOf(input, values.input_column);
      needType(found, ["vector", "list"]);
      const value = columnExpression(found);
      const length = [{ name: "length", value: call("listLength", value) }];
      return { first: limit(select(filter(input, call("isNotNull", value)), length), 1) };
    },
    learn: ({ first }, values) => {
      const length = Number(first?.[0]?.length ?? 0);
      if (length <= 1_000) return { length };
      throw new StepFault(
        `The first vector of ${JSON.stringify(values.input_column)} has ${length} places, and at most 1000 become columns.`,
      );
    },
  },
  relation({ input, values, learned }) {
    const found = columnOf(input, values.input_column);
    needType(found, ["vector", "list"]);
    const value = columnExpression(found);
    const isNumber = found.type.kind === "vector" || (found.type.kind === "list" && isNumeric(found.type.element));
    const made = Array.from({ length: learned.length }, (_, index) => {
      const one = call("elementAt", value, index + 1);
      const shown = isNumber ? call("coalesce", as(one, double), literal(Number.NaN, double)) : one;
      return { name: `${values.output_prefix ?? found.name}_${index}`, value: shown };
    });
    return withColumns(input, made);
  },
  examples: [
    {
      inputs: [{ v: doubleLists([1, 2], [3], [4, 5, 6], null) }],
      with: { input_column: "v", output_prefix: "x" },
      gives: {
        v: doubleLists([1, 2], [3], [4, 5, 6], null),
        x_0: doubles(1, 3, 4, Number.NaN),
        x_1: doubles(2, Number.NaN, 5, Number.NaN),
      },
    },
    {
      summary: "Without any vector, no column is made.",
      inputs: [{ v: vectors(null, null), t: texts("a", null) }],
      with: { input_column: "v" },
      gives: { v: vectors(null, null), t: texts("a", null) },
    },
  ],
});
