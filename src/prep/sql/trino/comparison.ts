import { coerce } from "./cast.ts";
import { compareNested, isNested } from "./compare-nested.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { booleanType, isFloating, type SqlType, typeText } from "./sql-type.ts";
import type { CompareOperator } from "./syntax.ts";
import { commonType, isComparable, isOrderable } from "./type-relations.ts";
import type { Value } from "./value.ts";

/** Both values as the type in which they are compared. */
export function toCommon(
  left: Value,
  right: Value,
  operator: string,
  at: Position,
): { left: Value; right: Value; type: SqlType } {
  const type = commonType(left.type, right.type);
  const [a, b] = type === undefined ? [] : [coerce(left, type), coerce(right, type)];
  if (type === undefined || a === undefined || b === undefined)
    throw new SqlFault(
      "TYPE_MISMATCH",
      `Cannot apply operator: ${typeText(left.type)} ${operator} ${typeText(right.type)}`,
      at,
    );
  return { left: a, right: b, type };
}

/** `left operator right`. NaN equals nothing and is in no order. */
export function compare(operator: CompareOperator, left: Value, right: Value, at: Position): Value {
  const { left: a, right: b, type } = toCommon(left, right, operator, at);
  const ordered = operator !== "=" && operator !== "<>";
  if (ordered ? !isOrderable(type) : !isComparable(type))
    throw new SqlFault(
      "TYPE_MISMATCH",
      `Cannot apply operator: ${typeText(left.type)} ${operator} ${typeText(right.type)}`,
      at,
    );
  return { sql: compareText(operator, a, b, type), type: booleanType };
}

function compareText(operator: CompareOperator, left: Value, right: Value, type: SqlType): string {
  const [a, b] = [comparable(left.sql, type), comparable(right.sql, type)];
  if (isFloating(type)) return compareFloats(operator, left, right);
  if (isNested(type)) return compareNested(operator, a, b, type);
  if ((operator === "=" || operator === "<>") && [a, b].some((text) => text.startsWith("date_trunc(")))
    return compareCut(operator, a, b);
  return `(${a} ${operator} ${b})`;
}

/** The days at which a unit begins. */
const beginnings: Readonly<Record<string, string>> = {
  year: "-01-01",
  quarter: "-(?:01|04|07|10)-01",
  month: "-\\d\\d-01",
  day: "-\\d\\d-\\d\\d",
};

/** DuckDB takes a null that is cut for unequal to a constant at which no unit begins. Where one does, it finds the files by it. */
function compareCut(operator: CompareOperator, a: string, b: string): string {
  const unit = /^date_trunc\('(\w+)'/.exec(a.startsWith("date_trunc(") ? a : b)?.[1] ?? "";
  const constant = new RegExp(`^\\D*'\\d{4}${beginnings[unit]}(?: 00:00(?::00(?:\\.0+)?)?)?'\\D*$`);
  if (beginnings[unit] !== undefined && (constant.test(a) || constant.test(b))) return `(${a} ${operator} ${b})`;
  return `(${a} + to_microseconds(0) ${operator} ${b} + to_microseconds(0))`;
}

/** What DuckDB compares and sorts in place of a value: of a moment with a zone its instant. */
export const comparable = (sql: string, type: SqlType): string =>
  type.name === "timestamp with time zone" ? `struct_extract(${sql}, 'i')` : sql;

/** DuckDB has NaN equal to itself and above all numbers. A literal is no NaN, and so the comparison stays one that prunes files. */
function compareFloats(
  operator: CompareOperator,
  { sql: a, nonzero: aNumber }: Value,
  { sql: b, nonzero: bNumber }: Value,
): string {
  const plain = `(${a} ${operator} ${b})`;
  if (operator === "<>")
    return aNumber || bNumber
      ? plain
      : `CASE WHEN isnan(${a}) OR isnan(${b}) THEN ${a} = ${b} OR ${a} <> ${b} ELSE ${plain} END`;
  const checks = [aNumber ? undefined : a, bNumber ? undefined : b].filter((sql) => sql !== undefined);
  if (checks.length === 0 || (operator === "=" && checks.length === 1)) return plain;
  if (checks.length === 1) return `(${plain} AND NOT isnan(${checks[0]}))`;
  // The comparison stays a term of its own, by which tables are joined; of NaN and null the answer is null.
  return `(${plain} AND CASE WHEN isnan(${a}) OR isnan(${b}) THEN NOT (${a} = ${b} OR ${a} <> ${b}) ELSE true END)`;
}

export function distinctFrom(negated: boolean, left: Value, right: Value, at: Position): Value {
  const { left: a, right: b, type } = toCommon(left, right, "IS DISTINCT FROM", at);
  return {
    sql: `(${comparable(a.sql, type)} IS ${negated ? "NOT " : ""}DISTINCT FROM ${comparable(b.sql, type)})`,
    type: booleanType,
  };
}
