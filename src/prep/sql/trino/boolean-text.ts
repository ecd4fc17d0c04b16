import { coerce } from "./cast.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { booleanType, typeText } from "./sql-type.ts";
import type { Value } from "./value.ts";

/** The text of a condition, or the fault of a value that is none. */
export function booleanText(value: Value, at: Position, where: string): string {
  const condition = coerce(value, booleanType);
  if (condition === undefined)
    throw new SqlFault("TYPE_MISMATCH", `${where} must evaluate to a boolean: actual type ${typeText(value.type)}`, at);
  return condition.sql;
}
