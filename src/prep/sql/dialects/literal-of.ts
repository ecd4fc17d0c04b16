import type { ColumnType } from "../../column-type.ts";
import type { Plain } from "../expression.ts";

/** Writes a value as both engines read it, where `text` is how one writes a text and `typeName` what it calls a type. */
export function literalOf(
  value: Plain,
  type: ColumnType,
  text: (value: string) => string,
  typeName: (type: ColumnType) => string,
): string {
  if (value === null) return `CAST(NULL AS ${typeName(type)})`;
  if (typeof value === "string")
    return type.kind === "text" ? text(value) : `CAST(${text(value)} AS ${typeName(type)})`;
  if (typeof value === "boolean") return String(value);
  // Without quotes it would be a decimal, which loses the last bit.
  if (type.kind === "double") return `CAST('${value}' AS DOUBLE)`;
  return `CAST(${value} AS BIGINT)`;
}
