import { boolean, double, text } from "../column-type.ts";
import { as, call, choose, column, type Expression, literal } from "../sql/expression.ts";
import { type Relation, select } from "../sql/relation.ts";

/** The rows as CSV has them: times are in ISO 8601, lists and structs are JSON, as Spark writes them. */
export const csvForm = (relation: Relation): Relation =>
  select(
    relation,
    relation.columns.map((one) => {
      const known = one.type.kind === "double" ? knownNumbers(relation, one.name) : undefined;
      return { name: one.name, value: known ? textAmong(column(one), known) : csvText(column(one)) };
    }),
  );

const mostKnown = 4;

/** The few numbers that a column has by literals; undefined where it may have others, or some that are written in other ways. */
function knownNumbers(relation: Relation, name: string): readonly number[] | undefined {
  switch (relation.kind) {
    case "filter":
    case "sort":
    case "limit":
    case "distinct":
      return knownNumbers(relation.input, name);
    case "select": {
      const value = relation.values.find((one) => one.name === name)!.value;
      if (value.kind === "column") return knownNumbers(relation.input, value.name);
      const numbers = literalsOf(value);
      if (numbers === undefined || new Set(numbers).size > mostKnown || !numbers.every(isPlain)) return undefined;
      return [...new Set(numbers)];
    }
    default:
      return undefined;
  }
}

function literalsOf(value: Expression): readonly number[] | undefined {
  if (value.kind === "literal") {
    if (value.value === null) return [];
    return typeof value.value === "number" ? [value.value] : undefined;
  }
  if (value.kind !== "case") return undefined;
  const all = [...value.branches.map((branch) => literalsOf(branch.value)), literalsOf(value.otherwise)];
  return all.includes(undefined) ? undefined : all.flatMap((one) => one!);
}

/** Numbers that every engine writes with a point and without a power of ten. */
const isPlain = (value: number): boolean => Object.is(value, 0) || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7);

/** The text of a number that is one of these: writing each number anew takes longer. */
const textAmong = (value: Expression, numbers: readonly number[]): Expression =>
  choose(
    numbers.map((one) => [
      call("equals", value, literal(one, double)),
      literal(Number.isInteger(one) ? `${one}.0` : `${one}`, text),
    ]),
  );

function csvText(value: Expression): Expression {
  switch (value.type.kind) {
    case "list":
    case "struct":
    case "vector":
      return call("json", value);
    case "timestamp":
      return call("isoText", value);
    case "boolean":
      return choose([
        [call("equals", value, literal(true, boolean)), "true"],
        [call("equals", value, literal(false, boolean)), "false"],
      ]);
    case "binary":
      return call("base64", value);
    case "date":
      return as(value, text);
    default:
      return value;
  }
}
