import { compare } from "./comparison.ts";
import { mayRaise } from "./short-circuit.ts";
import type { Position } from "./sql-fault.ts";
import { booleanType } from "./sql-type.ts";
import type { CompareOperator } from "./syntax.ts";
import type { Value } from "./value.ts";

/** NOT, where it was written. */
export const negate = (value: Value, negated: boolean): Value =>
  negated ? { sql: `(NOT ${value.sql})`, type: booleanType } : value;

/** Rows are compared field by field while they are written as rows. */
export function compareRows(operator: CompareOperator, left: Value, right: Value, at: Position): Value {
  if (left.items === undefined || right.items === undefined) return compare(operator, left, right, at);
  if (left.items.length !== right.items.length) return compare(operator, left, right, at);
  // Each row is there as a whole before it is compared.
  if ([...left.items, ...right.items].some(({ sql }) => mayRaise(sql))) return compare(operator, left, right, at);
  if (operator !== "=" && operator !== "<>") return compare(operator, left, right, at);
  const terms = left.items.map((item, index) => compareRows("=", item, right.items![index]!, at).sql);
  return negate({ sql: `(${terms.join(" AND ")})`, type: booleanType }, operator === "<>");
}
