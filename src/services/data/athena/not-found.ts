import type { Context } from "../../../frame/context.ts";
import { nearestWords } from "../../../prep/sql/trino/scope.ts";
import { SqlFault } from "../../../prep/sql/trino/sql-fault.ts";
import type { TableReference } from "../../../prep/sql/trino/syntax.ts";
import { informationSchema, informationTables } from "./information-schema.ts";

type Caller = Pick<Context, "call">;

/** So many names are compared with one that is not there. */
const mostNames = 1_000;

/** Makes the fault of a table that is not there, or of its database, with the nearest names that the caller may see. */
export async function notFound(
  context: Caller,
  { at, name }: Pick<TableReference, "at" | "name">,
  database: string,
): Promise<SqlFault> {
  const tables = database === informationSchema ? informationTables : await tableNames(context, database);
  if (tables === undefined) {
    const words = nearestWords(database, (await databaseNames(context)) ?? []);
    return new SqlFault("SCHEMA_NOT_FOUND", `Schema '${database}' does not exist${words}`, at);
  }
  const words = nearestWords(name.toLowerCase(), tables);
  const table = `awsdatacatalog.${database}.${name.toLowerCase()}`;
  return new SqlFault("TABLE_NOT_FOUND", `Table '${table}' does not exist${words}`, at);
}

/** Names the table that was perhaps meant. */
export const nearestTable = async (context: Caller, database: string, name: string): Promise<string> =>
  nearestWords(name, (await tableNames(context, database)) ?? []);

/** The names of a database's tables, none where the caller may not see them; undefined when there is no such database. */
async function tableNames(context: Caller, DatabaseName: string): Promise<string[] | undefined> {
  const names: string[] = [];
  let NextToken: string | undefined;
  try {
    do {
      const page = await context.call("glue", "GetTables", {
        DatabaseName,
        ...(NextToken !== undefined && { NextToken }),
      });
      names.push(...(page.TableList ?? []).map(({ Name = "" }) => Name));
      NextToken = page.NextToken;
    } while (NextToken !== undefined && names.length < mostNames);
  } catch (error) {
    if ((error as { code?: string }).code === "EntityNotFoundException") return undefined;
  }
  return names;
}

const databaseNames = (context: Caller): Promise<string[] | undefined> =>
  context.call("glue", "GetDatabases", {}).then(
    ({ DatabaseList = [] }) => DatabaseList.map(({ Name = "" }) => Name),
    () => undefined,
  );
