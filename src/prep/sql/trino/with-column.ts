import { coerce } from "./cast.ts";
import { comparable, toCommon } from "./comparison.ts";
import type { CompiledQuery, Scope, Translation } from "./scope.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { rowOf, typeText } from "./sql-type.ts";
import type { Expression, Query } from "./syntax.ts";
import { commonType } from "./type-relations.ts";
import { fieldName, type Value } from "./value.ts";

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
  const name = translation.fresh("q");
  if (columns.length !== 1 || left.type.name === "row") return withRow(left, { sql, columns, name }, at);
  const found = { sql: `${name}.c0`, type: columns[0]!.type };
  const common = toCommon(left, found, "IN", at);
  const column = comparable(common.right.sql, common.type);
  return { left: common.left, column: column === found.sql ? sql : `SELECT ${column} FROM (${sql}) AS ${name}` };
}

/** A row is compared with the columns of the query as a whole. */
function withRow(
  left: Value,
  { columns, name, sql }: CompiledQuery & { readonly name: string },
  at: Position,
): { left: Value; column: string } {
  const type = rowOf(columns.map(({ type }) => ({ type })));
  const { fields } = left.type.name === "row" ? left.type : { fields: [] };
  const common = commonType(left.type, type);
  const row = common && coerce(left, common);
  if (common === undefined || row === undefined || fields.length !== columns.length)
    throw new SqlFault(
      "TYPE_MISMATCH",
      `Value expression and result of subquery must be of the same type: ${typeText(left.type)} vs ${typeText(type)}`,
      at,
    );
  const items = columns.map((column, index) => ({ sql: `${name}.c${index}`, type: column.type }));
  const packed = items.map((item, index) => `${fieldName(undefined, index)} := ${item.sql}`).join(", ");
  const found = coerce({ sql: `struct_pack(${packed})`, type, items }, common)!;
  return { left: row, column: `SELECT ${found.sql} FROM (${sql}) AS ${name}` };
}
