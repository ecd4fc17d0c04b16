import { coerce } from "./cast.ts";
import { comparable } from "./comparison.ts";
import type { Scope, Translation } from "./scope.ts";
import { sortText } from "./sort.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { bigintType } from "./sql-type.ts";
import type { FrameBound, WindowFrame, WindowSpecification } from "./syntax.ts";

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
  if (orderBy.length > 0)
    parts.push(
      `ORDER BY ${orderBy.map((item) => sortText(item, translation.expression(item.value, scope))).join(", ")}`,
    );
  if (frame !== undefined) parts.push(frameText(frame, orderBy.length, scope, translation, at));
  return `(${parts.join(" ")})`;
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
  ordered: number,
  scope: Scope,
  translation: Translation,
  at: Position,
): string {
  const bound = ({ bound: name, value }: FrameBound): string => {
    if (value === undefined) return name;
    if (unit === "RANGE") throw new SqlFault("NOT_SUPPORTED", "RANGE with an offset is not supported", at);
    const rows = coerce(translation.expression(value, scope), bigintType);
    if (rows === undefined)
      throw new SqlFault("TYPE_MISMATCH", `Window frame ${unit} offset type must be an integer`, at);
    return `${rows.sql} ${name}`;
  };
  if (unit === "GROUPS" && ordered === 0)
    throw new SqlFault("MISSING_ORDER_BY", "Window frame of type GROUPS PRECEDING or FOLLOWING requires ORDER BY", at);
  return `${unit} BETWEEN ${bound(start)} AND ${end === undefined ? "CURRENT ROW" : bound(end)}`;
}
