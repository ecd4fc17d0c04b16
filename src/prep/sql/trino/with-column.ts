import { comparable, toCommon } from "./comparison.ts";
import type { Scope, Translation } from "./scope.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import type { Expression, Query } from "./syntax.ts";
import type { Value } from "./value.ts";

/** A value and the query that it is compared with, both in their common type. */
export function withColumn(
  value: Expression,
  query: Query,
  scope: Scope,
  translation: Translation,
  at: Position,
): { left: Value; column: string } {
  const left = translation.expression(value, scope);
  const { sql, columns } = translation.query(query, scope);
  if (columns.length !== 1)
    throw new SqlFault("NOT_SUPPORTED", "A comparison with a subquery of several columns is not supported", at);
  const name = translation.fresh("q");
  const found = { sql: `${name}.c0`, type: columns[0]!.type };
  const common = toCommon(left, found, "IN", at);
  const column = comparable(common.right.sql, common.type);
  return { left: common.left, column: column === found.sql ? sql : `SELECT ${column} FROM (${sql}) AS ${name}` };
}
