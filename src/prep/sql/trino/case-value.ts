import { coerce } from "./cast.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { type SqlType, typeText, unknownType } from "./sql-type.ts";
import { commonType } from "./type-relations.ts";
import type { Value } from "./value.ts";

/** The value whose condition holds first; all have one type. */
export function caseValue(
  branches: readonly { readonly when: string; readonly result: Value }[],
  otherwise: Value,
  at: Position,
): Value {
  const type = commonOf([...branches.map(({ result }) => result), otherwise], "All CASE results", at);
  const whens = branches.map(({ when, result }) => `WHEN ${when} THEN ${coerce(result, type)!.sql}`);
  return { sql: `(CASE ${whens.join(" ")} ELSE ${coerce(otherwise, type)!.sql} END)`, type };
}

export function commonOf(values: readonly Value[], what: string, at: Position): SqlType {
  let common: SqlType = unknownType;
  for (const value of values) {
    const next = commonType(common, value.type);
    if (next === undefined)
      throw new SqlFault(
        "TYPE_MISMATCH",
        `${what} must be the same type: ${typeText(common)}, ${typeText(value.type)}`,
        at,
      );
    common = next;
  }
  return common;
}
