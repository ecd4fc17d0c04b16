import type { CompareOperator } from "./syntax.ts";

/** `value operator quantifier (column)`; `column` is a query of one column, of the value's type. */
export function quantified(value: string, operator: CompareOperator, quantifier: string, column: string): string {
  const isEqual = operator === "=" && quantifier === "ALL";
  const isDifferent = operator === "<>" && quantifier !== "ALL";
  if (!isEqual && !isDifferent) return `(${value} ${operator} ${quantifier} (${column}))`;
  // Trino answers = ALL, and <> ANY as its negation, by the least and the greatest, also where the value is null.
  const of = (what: string) => `(SELECT ${what} FROM (${column}) AS t(q))`;
  const areKnown = "CASE WHEN count(*) = count(q) THEN true END";
  const same = `CASE WHEN ${of("count(*)")} = 0 THEN true ELSE ${of("min(q) = max(q)")} AND ${value} = ${of("max(q)")} AND ${of(areKnown)} END`;
  return isDifferent ? `(NOT ${same})` : same;
}
