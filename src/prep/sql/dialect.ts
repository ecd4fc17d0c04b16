import type { ColumnType } from "../column-type.ts";
import type { Plain } from "./expression.ts";

/** How an engine writes what a plan says. Which functions it has is in `functions.ts`. */
export interface Dialect {
  readonly name: "duckdb" | "spark";
  quote(name: string): string;
  typeName(type: ColumnType): string;
  literal(value: Plain, type: ColumnType): string;
  /** A cast that gives null where the value is not of the type; the text is written as values of the plan's types are. */
  cast(sql: string, from: ColumnType, to: ColumnType): string;
  /** A list whose elements went through `value`, in which `element` names them. */
  each(list: string, element: string, value: string): string;
  /** The elements of a list for which the condition holds. */
  those(list: string, element: string, condition: string): string;
  /** What keeps the order of rows where the first ones are taken: an ORDER BY. */
  readonly inOrder: string;
  /** A table with the columns of a relation and one more, a row for each element of a list. */
  explode(from: string, list: string, as: string): string;
}
