import { Fault } from "../../../aws/faults.ts";
import type { ObjectName } from "../../../prep/sql/trino/statement.ts";
import { errorTypes, QueryFailure } from "./athena-faults.ts";
import type { CatalogTable } from "./file-format.ts";
import { nearestTable } from "./not-found.ts";
import type { QueryRun } from "./query-run.ts";
import { findTable, sessionOf } from "./session-tables.ts";

/** By which a query that is run again knows the table that it made. */
export const madeBy = "sagebrush.made_by_query";

/** Whether the query was under way when the server was killed: what it finds done may be its own work. */
export const isAgain = ({ query }: QueryRun): boolean => query.status === "RUNNING";

/** Whether what was made then may be of an earlier attempt of the query. */
export const mayBeOwn = (run: QueryRun, made: Date | undefined): boolean =>
  isAgain(run) && made !== undefined && made.getTime() >= run.query.created;

/** Says in the words of Hive what the catalog refuses. */
export async function defining<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Fault) || error.code.startsWith("AccessDenied")) throw error;
    throw new QueryFailure(
      `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${error.code}(message:${error.message})`,
      { type: errorTypes.missing },
    );
  }
}

/** The database and name that a statement means. */
export const placeOf = (run: QueryRun, { database, name }: Pick<ObjectName, "database" | "name">) => ({
  DatabaseName: (database ?? sessionOf(run).database).toLowerCase(),
  Name: name.toLowerCase(),
});

/** @throws QueryFailure when there is none */
export async function tableOf(run: QueryRun, name: ObjectName): Promise<CatalogTable> {
  const { DatabaseName, Name } = placeOf(run, name);
  const found = await findTable(run.context, DatabaseName, Name);
  if (!found)
    throw new QueryFailure(
      `FAILED: SemanticException [Error 10001]: Table not found ${DatabaseName}.${Name}${await nearestTable(run.context, DatabaseName, Name)}`,
      { type: errorTypes.missing },
    );
  return found;
}

export const catalogColumn = ({ comment, name, type }: { name: string; type: string; comment?: string }) => ({
  ...{ Name: name, Type: type },
  ...(comment !== undefined && { Comment: comment }),
});

/** What UpdateTable takes of what GetTable shows. */
export function tableInputOf(table: CatalogTable) {
  const { Description, Name, Owner, Parameters, PartitionKeys, Retention, StorageDescriptor, TableType } = table;
  const { ViewExpandedText, ViewOriginalText } = table;
  return {
    ...{ Description, Name, Owner, Parameters, PartitionKeys, Retention, StorageDescriptor, TableType },
    ...{ ViewExpandedText, ViewOriginalText },
  };
}

const mostTries = 20;

/** Changes a table in the catalog. What another has changed meanwhile stays: the change is then made of that. */
export async function changeTable(
  run: QueryRun,
  name: ObjectName,
  change: (table: CatalogTable) => object,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const table = await tableOf(run, name);
    const { DatabaseName } = placeOf(run, name);
    const TableInput = { ...tableInputOf(table), ...change(table) } as never;
    try {
      await run.context.call("glue", "UpdateTable", { DatabaseName, TableInput, VersionId: table.VersionId });
      return;
    } catch (error) {
      const isOther = error instanceof Fault && error.code === "ConcurrentModificationException";
      if (!isOther || tries === mostTries) throw error;
    }
  }
}
