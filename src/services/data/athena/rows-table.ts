import { readType } from "../../../prep/sql/trino/parse-type.ts";
import type { SessionTable } from "../../../prep/sql/trino/scope.ts";
import { physicalType } from "../../../prep/sql/trino/value.ts";
import type { Column, Rows } from "./iceberg-rows.ts";

/** Returns a table that has its rows in the statement itself. `hidden` are columns after the others, of no star. */
export function rowsTable({ columns, rows }: Rows, hidden: readonly Column[] = []): SessionTable {
  const all = [...columns, ...hidden];
  const names = all.map(([column]) => `"${column}"`);
  const values = rows.length > 0 ? rows : [all.map(() => "NULL")];
  const typed = all.map(([, type], at) => `CAST(${names[at]} AS ${physicalType(readType(type))}) AS ${names[at]}`);
  const from = `(VALUES ${values.map((row) => `(${row.join(", ")})`).join(", ")}) AS v(${names.join(", ")})`;
  const relation = `(SELECT ${typed.join(", ")} FROM ${from}${rows.length > 0 ? "" : " WHERE false"})`;
  const shown = (some: readonly Column[]) => some.map(([name, type]) => ({ name, type }));
  return { relation, columns: shown(columns), hidden: shown(hidden) };
}
