/**
 * The type of a column's values in a plan, the same on every engine. `long` has 64 bits, `timestamp` is in microseconds
 * and has no zone. A `vector` is a list of doubles of one length, as models take them.
 */
export type ColumnType =
  | { readonly kind: "boolean" | "long" | "double" | "text" | "date" | "timestamp" | "binary" | "vector" }
  | { readonly kind: "list"; readonly element: ColumnType }
  | { readonly kind: "struct"; readonly fields: readonly Column[] };

export type TypeKind = ColumnType["kind"];

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

export const boolean: ColumnType = { kind: "boolean" };
export const long: ColumnType = { kind: "long" };
export const double: ColumnType = { kind: "double" };
export const text: ColumnType = { kind: "text" };
export const date: ColumnType = { kind: "date" };
export const timestamp: ColumnType = { kind: "timestamp" };
export const binary: ColumnType = { kind: "binary" };
export const vector: ColumnType = { kind: "vector" };
export const listOf = (element: ColumnType): ColumnType => ({ kind: "list", element });
export const structOf = (fields: readonly Column[]): ColumnType => ({ kind: "struct", fields });

/** A vector of mostly zeros, as Spark ML keeps it: how many numbers it has, the places of those that are not 0, and these. */
export const sparseVector: ColumnType = structOf([
  { name: "size", type: long },
  { name: "indices", type: listOf(long) },
  { name: "values", type: listOf(double) },
]);

export const isNumeric = ({ kind }: ColumnType): boolean => kind === "long" || kind === "double";

/** Returns a type in the words of messages: "text", "list of long". */
export function typeWords(type: ColumnType): string {
  if (type.kind === "list") return `list of ${typeWords(type.element)}`;
  if (type.kind === "struct")
    return `struct of ${type.fields.map(({ name, type: field }) => `${name} ${typeWords(field)}`).join(", ")}`;
  return type.kind;
}
