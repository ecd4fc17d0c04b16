import { coerce } from "./cast.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { arrayOf, type SqlType, typeText, unknownType, varcharType } from "./sql-type.ts";
import { commonType } from "./type-relations.ts";
import type { Value } from "./value.ts";

/** `a || b` and concat(a, b): of texts, of bytes, of arrays with elements. */
export function concat(parts: readonly Value[], at: Position): Value {
  const type = parts.reduce<SqlType | undefined>(
    (common, part) => common && commonType(common, part.type),
    unknownType,
  );
  if (type === undefined || parts.some((part) => part.type.name === "array")) return concatLists(parts, at);
  if (type.name === "unknown") return { sql: "CAST(NULL AS VARCHAR)", type: varcharType };
  if (type.name === "char")
    throw new SqlFault("NOT_SUPPORTED", "The concatenation of a char is not supported: cast it to varchar", at);
  if (type.name !== "varchar" && type.name !== "varbinary")
    throw new SqlFault(
      "FUNCTION_NOT_FOUND",
      `Unexpected parameters (${parts.map((part) => typeText(part.type)).join(", ")}) for function concat`,
      at,
    );
  return {
    sql: `(${parts.map((part) => coerce(part, type)!.sql).join(" || ")})`,
    type: type.name === "varchar" ? varcharType : type,
  };
}

function concatLists(parts: readonly Value[], at: Position): Value {
  const elements = parts.map((part) => (part.type.name === "array" ? part.type.element : part.type));
  const element = elements.reduce<SqlType | undefined>(
    (common, type) => common && commonType(common, type),
    unknownType,
  );
  if (element === undefined)
    throw new SqlFault(
      "FUNCTION_NOT_FOUND",
      `Unexpected parameters (${parts.map((part) => typeText(part.type)).join(", ")}) for function concat`,
      at,
    );
  const lists = parts.map((part) =>
    part.type.name === "array" ? coerce(part, arrayOf(element))!.sql : `[${coerce(part, element)!.sql}]`,
  );
  return {
    // An element that is null makes the whole null, as a list does.
    sql: `CASE WHEN ${parts.map(({ sql }) => `${sql} IS NOT NULL`).join(" AND ")} THEN ${lists.reduce((joined, list) => `list_concat(${joined}, ${list})`)} END`,
    type: arrayOf(element),
  };
}
