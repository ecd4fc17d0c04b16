import { coerce } from "./cast.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { arrayOf, charOf, type SqlType, typeText, unknownType, varcharType } from "./sql-type.ts";
import { commonType, longestChar } from "./type-relations.ts";
import type { Value } from "./value.ts";

/** `a || b` and concat(a, b): of texts, of bytes, of arrays with elements. */
export function concat(parts: readonly Value[], at: Position): Value {
  const type = parts.reduce<SqlType | undefined>(
    (common, part) => common && commonType(common, part.type),
    unknownType,
  );
  if (type === undefined || parts.some((part) => part.type.name === "array")) return concatLists(parts, at);
  if (type.name === "unknown") return { sql: "CAST(NULL AS VARCHAR)", type: varcharType };
  if (type.name === "char") return concatChars(parts, at);
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

/** A char keeps the blanks behind it, but for those at the end of the whole. */
function concatChars(parts: readonly Value[], at: Position): Value {
  const lengths = parts.map(({ type }) => ("length" in type ? type.length : undefined));
  const total = lengths.reduce<number | undefined>(
    (sum, length) => (sum === undefined || length === undefined ? undefined : sum + length),
    0,
  );
  if (total === undefined || total > longestChar)
    throw new SqlFault(
      "NOT_SUPPORTED",
      "The concatenation of a char and a varchar without a length is not supported",
      at,
    );
  const texts = parts.map((part, index) => `rpad(${part.sql}, ${lengths[index]}, ' ')`);
  return { sql: `rtrim(${texts.join(" || ")}, ' ')`, type: charOf(total) };
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
