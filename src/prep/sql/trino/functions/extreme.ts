import { commonOf } from "../case-value.ts";
import { coerce } from "../cast.ts";
import { orderedText } from "../compare-nested.ts";
import type { Scope, Translation } from "../scope.ts";
import { SqlFault } from "../sql-fault.ts";
import { isFloating, type SqlType, typeText } from "../sql-type.ts";
import type { Call } from "../syntax.ts";
import { isOrderable } from "../type-relations.ts";
import { physicalType, type Value } from "../value.ts";

type Name = "greatest" | "least";

/** The greatest or the least value; null when one is null. */
export function extreme(name: Name, { arguments: given, at }: Call, scope: Scope, translation: Translation): Value {
  const values = given.map((part) => translation.expression(part, scope));
  const type = commonOf(values, `All ${name} arguments`, at);
  if (!isOrderable(type)) throw new SqlFault("TYPE_MISMATCH", `${typeText(type)} is not orderable`, at);
  if (type.name === "unknown") return { sql: "NULL", type };
  const texts = values.map((value) => orderedText(coerce(value, type)!.sql, type));
  const areKnown = texts.map((text) => `${text} IS NOT NULL`).join(" AND ");
  return { sql: `CASE WHEN ${areKnown} THEN ${chosen(name, texts, type)} END`, type };
}

function chosen(name: Name, texts: readonly string[], type: SqlType): string {
  if (type.name === "timestamp with time zone") {
    const found = `list_${name === "greatest" ? "max" : "min"}(list_transform(l, lambda x: x.i))`;
    return `list_transform([[${texts.join(", ")}]], lambda l: l[list_position(list_transform(l, lambda x: x.i), ${found})])[1]`;
  }
  if (!isFloating(type)) return `${name}(${texts.join(", ")})`;
  // Of NaN and a number the number is the greatest and the least, where DuckDB has NaN above all.
  const lowest = `CAST('${name === "greatest" ? "-" : ""}Infinity' AS ${physicalType(type)})`;
  const numbers = texts.map((text) => `CASE WHEN isnan(${text}) THEN ${lowest} ELSE ${text} END`);
  const areNone = texts.map((text) => `isnan(${text})`).join(" AND ");
  return `CASE WHEN ${areNone} THEN ${texts[0]} ELSE ${name}(${numbers.join(", ")}) END`;
}
