import type { TableReference } from "./syntax.ts";

/** By which the tables of a session are found: `catalog.database.name`, where names that are left out are the session's. */
export const tableKey = (
  { catalog, database, name }: Pick<TableReference, "catalog" | "database" | "name">,
  session: { readonly catalog: string; readonly database: string },
): string => `${catalog ?? session.catalog}.${database ?? session.database}.${name}`.toLowerCase();
