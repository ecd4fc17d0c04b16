import { SqlFault } from "./sql-fault.ts";
import { isFloating, type SqlType, typeText } from "./sql-type.ts";
import type { CompareOperator } from "./syntax.ts";
import { fieldName, quoteText } from "./value.ts";

type Nested = SqlType & { name: "array" | "row" | "map" };
export const isNested = (type: SqlType): type is Nested => ["array", "row", "map"].includes(type.name);

const part = (sql: string, name: string | undefined, index: number): string =>
  `struct_extract(${sql}, ${quoteText(name ?? JSON.parse(fieldName(undefined, index)))})`;

/** Names both values once, however long their texts are, and gives what `write` makes of them; null when one is null. */
function paired(a: string, b: string, depth: number, write: (a: string, b: string) => string): string {
  const name = `p${depth}`;
  return `list_transform([struct_pack(a := ${a}, b := ${b})], lambda ${name}: CASE WHEN ${name}.a IS NOT NULL AND ${name}.b IS NOT NULL THEN ${write(`${name}.a`, `${name}.b`)} END)[1]`;
}

/** Whether two values of a type are equal: null where a null among their parts leaves it open. */
export function equalText(a: string, b: string, type: SqlType, depth = 0): string {
  const inner = depth + 1;
  switch (type.name) {
    case "array":
      return paired(a, b, depth, (left, right) => {
        const element = `e${depth}`;
        const same = equalText(`${element}.a`, `${element}.b`, type.element, inner);
        const both = `list_transform(range(1, 1 + len(${left})), lambda i${depth}: struct_pack(a := ${left}[i${depth}], b := ${right}[i${depth}]))`;
        return `CASE WHEN len(${left}) <> len(${right}) THEN false ELSE trino_all(list_transform(${both}, lambda ${element}: ${same})) END`;
      });
    case "row":
      return paired(a, b, depth, (left, right) => {
        const terms = type.fields.map((field, index) =>
          equalText(part(left, field.name, index), part(right, field.name, index), field.type, inner),
        );
        return `(${terms.join(" AND ")})`;
      });
    case "map":
      return paired(a, b, depth, (left, right) => {
        const entry = `e${depth}`;
        const same = equalText(`${entry}.value`, `map_extract_value(${right}, ${entry}.key)`, type.value, inner);
        const entries = `list_transform(map_entries(${left}), lambda ${entry}: CASE WHEN list_contains(map_keys(${right}), ${entry}.key) THEN ${same} ELSE false END)`;
        return `CASE WHEN cardinality(${left}) <> cardinality(${right}) THEN false ELSE trino_all(${entries}) END`;
      });
    case "timestamp with time zone":
      return `(struct_extract(${a}, 'i') = struct_extract(${b}, 'i'))`;
    default:
      return isFloating(type) ? `(${a} = ${b} AND NOT isnan(${a}))` : `(${a} = ${b})`;
  }
}

/** `a operator b` of lists, rows and maps. */
export function compareNested(operator: CompareOperator, a: string, b: string, type: Nested): string {
  if (operator === "=") return equalText(a, b, type);
  if (operator === "<>") return `(NOT ${equalText(a, b, type)})`;
  if (hasUnordered(type))
    throw new SqlFault("NOT_SUPPORTED", `The operator ${operator} between ${typeText(type)} values is not supported`);
  return `(${orderedText(a, type)} ${operator} ${orderedText(b, type)})`;
}

/** Whether parts of a value are compared otherwise than DuckDB compares them. */
const hasUnordered = (type: SqlType): boolean =>
  type.name === "array"
    ? hasUnordered(type.element)
    : type.name === "row"
      ? type.fields.some((field) => hasUnordered(field.type))
      : isFloating(type) || type.name === "timestamp with time zone";

/** A value that is put in order: of a list or a row with a null in it there is no order. */
export function orderedText(sql: string, type: SqlType): string {
  if (!isNested(type)) return sql;
  return `list_transform([${sql}], lambda o: trino_ordered(o, ${holdsNull("o", type)}))[1]`;
}

function holdsNull(sql: string, type: SqlType, depth = 0): string {
  if (type.name === "array") {
    const item = `h${depth}`;
    const inner = isNested(type.element) ? ` OR ${holdsNull(item, type.element, depth + 1)}` : "";
    return `len(list_filter(${sql}, lambda ${item}: ${item} IS NULL${inner})) > 0`;
  }
  if (type.name !== "row") return "false";
  const terms = type.fields.map((field, index) => {
    const value = part(sql, field.name, index);
    return `(${value} IS NULL${isNested(field.type) ? ` OR ${holdsNull(value, field.type, depth + 1)}` : ""})`;
  });
  return `${sql} IS NOT NULL AND (${terms.join(" OR ")})`;
}
