import type { Column, ColumnType } from "./column-type.ts";
import type { ExampleTable, Row } from "./define-transform.ts";
import { pngOf } from "./example-images.ts";
import type { Dialect } from "./sql/dialect.ts";
import type { Relation } from "./sql/relation.ts";

/** An engine with the tables of an example. */
export interface ExampleEngine {
  readonly name: Dialect["name"];
  tableOf(name: string, columns: ExampleTable): Promise<Relation>;
  ask(query: Relation): Promise<readonly Row[]>;
  close(): void;
}

/** How many rows the columns of an example have. */
export const rowCountOf = (table: ExampleTable): number => Object.values(table)[0]?.values.length ?? 0;

/** The rows of an example, each a list of expressions of the dialect. */
export function rowsSql(table: ExampleTable, dialect: Dialect): readonly string[] {
  return Array.from({ length: rowCountOf(table) }, (_, row) =>
    Object.values(table)
      .map(({ type, values }) => valueSql(values[row], type, dialect))
      .join(", "),
  );
}

function valueSql(value: unknown, type: ColumnType, dialect: Dialect): string {
  if (value === null || value === undefined) return dialect.literal(null, type);
  const isSpark = dialect.name === "spark";
  if (Array.isArray(value) && type.kind !== "struct") {
    const element: ColumnType = type.kind === "list" ? type.element : { kind: "double" };
    const elements = value.map((one) => valueSql(one, element, dialect)).join(", ");
    return `CAST(${isSpark ? `array(${elements})` : `[${elements}]`} AS ${dialect.typeName(type)})`;
  }
  if (type.kind === "struct") {
    const members = type.fields.map(({ name, type: field }) => {
      const member = (value as Record<string, unknown>)[name];
      return `${dialect.literal(name, { kind: "text" })}${isSpark ? "," : ":"} ${valueSql(member, field, dialect)}`;
    });
    return isSpark ? `named_struct(${members.join(", ")})` : `{${members.join(", ")}}`;
  }
  if (type.kind === "binary") return `${isSpark ? "unhex" : "from_hex"}('${hexOf(pngOf(value as string))}')`;
  return dialect.literal(value as string, type);
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A value as examples have it: what is whole and a number's is a number, dates and times are texts. */
export function plainValue(value: unknown, { type }: Column): unknown {
  if (value === null) return null;
  if (type.kind === "long" || type.kind === "double") return Number(value);
  if (type.kind === "list" || type.kind === "vector") {
    const element: ColumnType = type.kind === "list" ? type.element : { kind: "double" };
    return (value as unknown[]).map((one) => plainValue(one, { name: "", type: element }));
  }
  if (type.kind === "struct")
    return Object.fromEntries(
      type.fields.map((field, index) => [
        field.name,
        plainValue(Array.isArray(value) ? value[index] : (value as Record<string, unknown>)[field.name], field),
      ]),
    );
  return value;
}
