import { coerce } from "./cast.ts";
import { comparable } from "./comparison.ts";
import type { Scope, Translation } from "./scope.ts";
import { sortText } from "./sort.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { bigintType, isNumeric, type SqlType, timestampOf, typeText } from "./sql-type.ts";
import type { Expression, FrameBound, SortItem, WindowFrame, WindowSpecification } from "./syntax.ts";
import { commonType } from "./type-relations.ts";
import type { Value } from "./value.ts";

/** The text of `OVER (...)`; a named window is written out where it is used. */
export function windowText(
  over: WindowSpecification | string,
  scope: Scope,
  translation: Translation,
  at: Position,
): string {
  const { partitionBy, orderBy, frame } = typeof over === "string" ? named(over, scope, at) : expanded(over, scope);
  const parts: string[] = [];
  if (partitionBy.length > 0) {
    const keys = partitionBy.map((item) => translation.expression(item, scope));
    parts.push(`PARTITION BY ${keys.map((key) => comparable(key.sql, key.type)).join(", ")}`);
  }
  const isDistance = frame?.unit === "RANGE" && (frame.start.value ?? frame.end?.value) !== undefined;
  if (orderBy.length > 0) {
    const items = orderBy.map((item) => {
      const value = translation.expression(item.value, scope);
      return sortText(item, isDistance ? distanceKey(value, frame, scope, translation) : value);
    });
    parts.push(`ORDER BY ${items.join(", ")}`);
  }
  if (frame !== undefined) parts.push(frameText(frame, orderBy, scope, translation, at));
  return `(${parts.join(" ")})`;
}

/** A date is sorted as a moment, because an interval leads from it to one, and a number as the type of what it goes by. */
function distanceKey(value: Value, { end, start }: WindowFrame, scope: Scope, translation: Translation): Value {
  if (value.type.name === "date") return { sql: `CAST(${value.sql} AS TIMESTAMP)`, type: timestampOf(6) };
  if (!isNumeric(value.type)) return value;
  const distances = [start.value, end?.value].flatMap((node) =>
    node ? [translation.expression(node, scope).type] : [],
  );
  const type = distances.reduce<SqlType | undefined>((all, one) => all && commonType(all, one), value.type);
  return (type && coerce(value, type)) ?? value;
}

/** How far RANGE goes from the value of a row: a number from a number, an interval from a date or a moment. */
function distanceText(
  node: Expression,
  orderBy: readonly SortItem[],
  scope: Scope,
  translation: Translation,
  at: Position,
): string {
  const [item] = orderBy;
  if (item === undefined || orderBy.length > 1)
    throw new SqlFault(
      item === undefined ? "MISSING_ORDER_BY" : "INVALID_ORDER_BY",
      "Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY",
      at,
    );
  const { type } = translation.expression(item.value, scope);
  const distance = translation.expression(node, scope);
  const isMoment = type.name === "date" || type.name === "timestamp";
  if (isMoment && distance.type.name === "interval day to second")
    return `to_milliseconds(${type.name === "date" ? `trino_whole_days(${distance.sql})` : distance.sql})`;
  if (isMoment && distance.type.name === "interval year to month") return `to_months(CAST(${distance.sql} AS INTEGER))`;
  const common = isNumeric(type) ? commonType(type, distance.type) : undefined;
  const number = common && coerce(distance, common);
  if (number !== undefined) return number.sql;
  throw new SqlFault(
    "TYPE_MISMATCH",
    `RANGE by ${typeText(distance.type)} over ${typeText(type)} is not supported`,
    at,
  );
}

function named(name: string, scope: Scope, at: Position): WindowSpecification {
  const found = scope.windows.get(name);
  if (found === undefined) throw new SqlFault("INVALID_WINDOW_FRAME", `Cannot resolve WINDOW name ${name}`, at);
  return expanded(found, scope);
}

function expanded(specification: WindowSpecification, scope: Scope): WindowSpecification {
  if (specification.base === undefined) return specification;
  const base = named(specification.base, scope, specification.at);
  return {
    ...specification,
    base: undefined,
    partitionBy: base.partitionBy,
    orderBy: base.orderBy.length > 0 ? base.orderBy : specification.orderBy,
  };
}

function frameText(
  { unit, start, end }: WindowFrame,
  orderBy: readonly SortItem[],
  scope: Scope,
  translation: Translation,
  at: Position,
): string {
  const bound = ({ bound: name, value }: FrameBound): string => {
    if (value === undefined) return name;
    if (unit === "RANGE") return `${distanceText(value, orderBy, scope, translation, at)} ${name}`;
    const rows = coerce(translation.expression(value, scope), bigintType);
    if (rows === undefined)
      throw new SqlFault("TYPE_MISMATCH", `Window frame ${unit} offset type must be an integer`, at);
    return `${rows.sql} ${name}`;
  };
  if (unit === "GROUPS" && orderBy.length === 0)
    throw new SqlFault("MISSING_ORDER_BY", "Window frame of type GROUPS PRECEDING or FOLLOWING requires ORDER BY", at);
  return `${unit} BETWEEN ${bound(start)} AND ${end === undefined ? "CURRENT ROW" : bound(end)}`;
}
