import type { Field, Scope, Translation } from "./scope.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { bigintType, typeText } from "./sql-type.ts";
import type { Relation } from "./syntax.ts";
import { fieldName, quoteText, type Value } from "./value.ts";

type Unnest = Extract<Relation, { kind: "unnest" }>;

/** A value to unnest, with its place. */
export interface List extends Value {
  readonly at: Position;
}

export const unnestLists = (node: Unnest, scope: Scope, translation: Translation): List[] =>
  node.values.map((value) => ({ ...translation.expression(value, scope), at: value.at }));

/** Arrays and maps as rows, side by side; the shorter ones end in nulls. An array of rows gives a column for each field. */
export function unnestText(
  node: Unnest,
  lists: readonly List[],
  translation: Translation,
): { sql: string; fields: Field[] } {
  const name = translation.fresh("r");
  const fields: Field[] = [];
  const items: string[] = [];
  for (const [index, { sql, type, at }] of lists.entries()) {
    const column = `${name}.u${index}`;
    if (type.name === "map") {
      items.push(`unnest(map_entries(${sql})) AS u${index}`);
      fields.push(
        { type: type.key, sql: `struct_extract(${column}, 'key')`, qualifier: [] },
        { type: type.value, sql: `struct_extract(${column}, 'value')`, qualifier: [] },
      );
      continue;
    }
    if (type.name !== "array") throw new SqlFault("TYPE_MISMATCH", `Cannot unnest type: ${typeText(type)}`, at);
    items.push(`unnest(${sql}) AS u${index}`);
    if (type.element.name !== "row") fields.push({ type: type.element, sql: column, qualifier: [] });
    else {
      for (const [place, field] of type.element.fields.entries())
        fields.push({
          name: field.name,
          type: field.type,
          sql: `struct_extract(${column}, ${quoteText(fieldName(field.name, place).slice(1, -1))})`,
          qualifier: [],
        });
    }
  }
  if (node.ordinality) {
    const length = (list: (typeof lists)[number]) =>
      list.type.name === "map" ? `cardinality(${list.sql})` : `len(${list.sql})`;
    items.push(
      `unnest(range(1, 1 + greatest(0, ${lists.map((list) => `coalesce(${length(list)}, 0)`).join(", ")}))) AS o`,
    );
    fields.push({ type: bigintType, sql: `${name}.o`, qualifier: [] });
  }
  return { sql: `LATERAL (SELECT ${items.join(", ")}) AS ${name}`, fields };
}
