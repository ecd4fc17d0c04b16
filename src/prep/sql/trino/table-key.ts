import type { TableReference } from "./syntax.ts";

interface Names {
  readonly catalog: string;
  readonly database: string;
}

/** `catalog.database.name`, where names that are left out are the session's. */
export const tableName = (
  { catalog, database, name }: Pick<TableReference, "catalog" | "database" | "name">,
  session: Names,
): string => `${catalog ?? session.catalog}.${database ?? session.database}.${name}`.toLowerCase();

/** By which the tables of a session are found: the name, and the version that is asked for. */
export const tableKey = (
  table: Pick<TableReference, "catalog" | "database" | "name" | "asOf">,
  session: Names,
): string => {
  const { asOf } = table;
  const version = asOf ? `@${JSON.stringify(asOf, (key, value) => (key === "at" ? undefined : value))}` : "";
  return `${tableName(table, session)}${version}`;
};
