import type { Context } from "../../../frame/context.ts";
import { isIceberg } from "../../../frame/iceberg-table.ts";
import { readType } from "../../../prep/sql/trino/parse-type.ts";
import type { Predicate } from "../../../prep/sql/trino/predicate.ts";
import type { SessionTable } from "../../../prep/sql/trino/scope.ts";
import { typeText } from "../../../prep/sql/trino/sql-type.ts";
import { isRefusal, QueryFailure } from "./athena-faults.ts";
import { type CatalogTable, columnsOf } from "./file-format.ts";
import { type Column, text, whole } from "./iceberg-rows.ts";
import { choosePartitions } from "./partition-choice.ts";
import { rowsTable } from "./rows-table.ts";
import { viewOf } from "./view-text.ts";

export const informationSchema = "information_schema";

type Caller = Pick<Context, "call">;
const texts = (...names: readonly string[]): Column[] => names.map((name) => [name, "varchar"]);
const ofTable = texts("table_catalog", "table_schema", "table_name");

interface Part {
  readonly columns: readonly Column[];
  readonly hidden?: readonly Column[];
  /** The column that has the name of a database. */
  readonly schema: string;
  /** The rows of a table; of a database where there is none. */
  rows(catalog: string, database: string, table: ShownTable | undefined): readonly (readonly string[])[];
}

/** A table or a view as the catalog has it, or one of this schema. */
interface ShownTable {
  readonly name: string;
  readonly view?: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly comment?: string | undefined }[];
}

const parts: Readonly<Record<string, Part>> = {
  schemata: {
    columns: texts("catalog_name", "schema_name"),
    schema: "schema_name",
    rows: (catalog, database, table) => (table ? [] : [[text(catalog), text(database)]]),
  },
  tables: {
    columns: [...ofTable, ...texts("table_type")],
    schema: "table_schema",
    rows: (catalog, database, table) =>
      table
        ? [[...[catalog, database, table.name].map(text), text(table.view === undefined ? "BASE TABLE" : "VIEW")]]
        : [],
  },
  columns: {
    columns: [
      ...[...ofTable, ...texts("column_name")],
      ...[["ordinal_position", "bigint"] as const, ...texts("column_default", "is_nullable", "data_type")],
    ],
    hidden: texts("comment", "extra_info"),
    schema: "table_schema",
    rows: (catalog, database, table) =>
      (table?.columns ?? []).map(({ comment, name, type }, index) => [
        ...[...[catalog, database, table!.name, name].map(text), whole(index + 1)],
        ...["NULL", text("YES"), text(type), text(comment), "NULL"],
      ]),
  },
  views: {
    columns: [...ofTable, ...texts("view_definition")],
    schema: "table_schema",
    rows: (catalog, database, table) =>
      table?.view === undefined ? [] : [[catalog, database, table.name, table.view].map(text)],
  },
};

export const informationTables: readonly string[] = Object.keys(parts);

/** The tables of Trino's schema of that name that the catalog has nothing for. */
const others = ["applicable_roles", "enabled_roles", "roles", "role_authorization_descriptors", "table_privileges"];

/** Returns a table of the schema without its rows; undefined when there is none of that name. */
export function informationTable(name: string): SessionTable | undefined {
  const part = parts[name];
  if (others.includes(name))
    throw new QueryFailure(
      `NOT_SUPPORTED: ${informationSchema}.${name} is not supported; ${informationTables.join(", ")} are`,
    );
  return part && rowsTable({ columns: part.columns, rows: [] }, part.hidden);
}

/** The schema's own tables. */
const ownTables = (): ShownTable[] =>
  Object.entries(parts).map(([name, { columns }]) => ({
    ...{ name, columns: columns.map(([column, type]) => ({ name: column, type })) },
  }));

/** Returns a table of the schema with what the caller may see, as far as a statement asks for it. */
export async function informationRows(
  name: string,
  catalog: string,
  context: Caller,
  predicate: Predicate | undefined,
): Promise<SessionTable> {
  const part = parts[name]!;
  const keys = [part.schema, "table_name"].map((key) => ({ name: key, type: "string" }));
  const ofDatabase = predicate && choosePartitions(predicate, keys.slice(0, 1));
  const ofTables = predicate && choosePartitions(predicate, keys);
  const rows: (readonly string[])[] = [];
  const databases = [...(await databaseNames(context)), informationSchema].filter(
    (database) => ofDatabase?.holds([database]) ?? true,
  );
  for (const database of databases) {
    rows.push(...part.rows(catalog, database, undefined));
    if (name === "schemata") continue;
    const tables = database === informationSchema ? ownTables() : await tablesIn(context, database);
    for (const table of tables)
      if (ofTables?.holds([database, table.name]) ?? true) rows.push(...part.rows(catalog, database, table));
  }
  return rowsTable({ columns: part.columns, rows }, part.hidden);
}

async function databaseNames(context: Caller): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await context.call("glue", "GetDatabases", NextToken === undefined ? {} : { NextToken });
    names.push(...(page.DatabaseList ?? []).map(({ Name = "" }) => Name));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return names;
}

/** The tables of a database; none for a caller who may not see them, or when the database has gone meanwhile. */
async function tablesIn(context: Caller, DatabaseName: string): Promise<ShownTable[]> {
  const tables: ShownTable[] = [];
  let NextToken: string | undefined;
  try {
    do {
      const page = await context.call("glue", "GetTables", {
        DatabaseName,
        ...(NextToken !== undefined && { NextToken }),
      });
      tables.push(...((page.TableList ?? []) as CatalogTable[]).map(shownTable));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  } catch (error) {
    if (!isRefusal(error) && (error as { code?: string }).code !== "EntityNotFoundException") throw error;
  }
  return tables;
}

function shownTable(table: CatalogTable): ShownTable {
  const comments = [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])];
  const columns = columnsOf(table).map(({ name, type }, index) => {
    const own = isIceberg(table) && type === "timestamp" ? "timestamp(6)" : type;
    return { name, type: trinoText(own), comment: comments[index]?.Comment };
  });
  return { name: table.Name!, columns, ...(table.TableType === "VIRTUAL_VIEW" && { view: definitionOf(table) }) };
}

function trinoText(type: string): string {
  try {
    return typeText(readType(type));
  } catch {
    return type;
  }
}

function definitionOf(table: CatalogTable): string {
  try {
    return viewOf(table)!.view;
  } catch {
    return table.ViewOriginalText ?? "";
  }
}
