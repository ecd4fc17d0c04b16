import { Fault } from "../../../aws/faults.ts";
import { isIceberg } from "../../../frame/iceberg-table.ts";
import { countParameters } from "../../../prep/sql/trino/count-parameters.ts";
import type { ObjectName } from "../../../prep/sql/trino/statement.ts";
import { tableKey } from "../../../prep/sql/trino/table-key.ts";
import { translate } from "../../../prep/sql/trino/translate.ts";
import { QueryFailure } from "./athena-faults.ts";
import { checkDefinition } from "./check-definition.ts";
import { namedColumns } from "./columns-of-query.ts";
import { storageOf } from "./hive-storage.ts";
import { hiveTypeOf } from "./hive-type-of.ts";
import { createIcebergTable } from "./iceberg-create.ts";
import { dataOf, removeData, removeRest } from "./iceberg-reachable.ts";
import { catalogColumn, defining, isAgain, mayBeOwn, placeOf, tableOf } from "./named-table.ts";
import { putLines } from "./put-result.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { findTable, ownCatalog, resolveTables, sessionOf } from "./session-tables.ts";
import type { StatementOf } from "./statement-of.ts";
import { isViewTable, viewText } from "./view-text.ts";

const unless = async (code: string, isAllowed: boolean, ask: () => Promise<unknown>): Promise<void> => {
  try {
    await ask();
  } catch (error) {
    if (isAllowed && error instanceof Fault && error.code === code) return;
    throw error;
  }
};

async function done(run: QueryRun): Promise<Outcome> {
  await putLines(run, [], []);
  return {};
}

export async function createDatabase(statement: StatementOf<"create-database">, run: QueryRun): Promise<Outcome> {
  const { comment, ifNotExists, location, name, properties } = statement;
  const DatabaseInput = {
    Name: name,
    ...(comment !== undefined && { Description: comment }),
    ...(location !== undefined && { LocationUri: location }),
    ...(Object.keys(properties).length > 0 && { Parameters: { ...properties } }),
  };
  await defining(async () => {
    const { Database } = isAgain(run)
      ? await run.context.call("glue", "GetDatabase", { Name: name }).catch(() => ({ Database: undefined }))
      : {};
    if (mayBeOwn(run, Database?.CreateTime)) return;
    const create = () => run.context.call("glue", "CreateDatabase", { DatabaseInput });
    await unless("AlreadyExistsException", ifNotExists, create);
  });
  return done(run);
}

export async function dropDatabase(
  { cascade, ifExists, name }: StatementOf<"drop-database">,
  run: QueryRun,
): Promise<Outcome> {
  await defining(async () => {
    const { Database } = await run.context
      .call("glue", "GetDatabase", { Name: name })
      .catch(() => ({ Database: undefined }));
    // Of a resource link nothing goes but the link.
    if (!cascade && !Database?.TargetDatabase) {
      const tables = await run.context
        .call("glue", "GetTables", { DatabaseName: name, MaxResults: 1 })
        .catch(() => undefined);
      if ((tables?.TableList ?? []).length > 0)
        throw new Fault("InvalidOperationException", `Database ${name} is not empty. One or more tables exist.`);
    }
    const mayMiss = ifExists || isAgain(run);
    await unless("EntityNotFoundException", mayMiss, () => run.context.call("glue", "DeleteDatabase", { Name: name }));
  });
  return done(run);
}

export async function alterDatabase(
  statement: StatementOf<"alter-database-properties">,
  run: QueryRun,
): Promise<Outcome> {
  const { name: Name, properties } = statement;
  await defining(async () => {
    const { Database } = await run.context.call("glue", "GetDatabase", { Name });
    const { Description, LocationUri, Parameters, TargetDatabase } = Database!;
    // What is changed of a resource link is what it leads to.
    if (TargetDatabase) return void (await alterDatabase({ ...statement, name: TargetDatabase.DatabaseName! }, run));
    const DatabaseInput = { Name, Description, LocationUri, Parameters: { ...Parameters, ...properties } };
    await run.context.call("glue", "UpdateDatabase", { Name, DatabaseInput });
  });
  return done(run);
}

/** A path as Hive keeps it: without a slash at its end, unless it is a whole bucket. */
const hivePath = (location: string): string =>
  location.replace(/^s3[an]:/, "s3:").replace(/^(s3:\/\/[^/]+\/.*[^/])\/+$/, "$1");

export async function createTable(statement: StatementOf<"create-table">, run: QueryRun): Promise<Outcome> {
  const { columns, comment, external, ifNotExists, location, partitionKeys, partitionTransforms, properties, table } =
    statement;
  if (properties.table_type?.toUpperCase() === "ICEBERG") return createIcebergTable(statement, run);
  if (partitionTransforms.length > 0)
    throw new QueryFailure(
      "FAILED: SemanticException: only tables of Iceberg are partitioned by transforms of columns",
    );
  checkDefinition(statement);
  if (!external)
    throw new QueryFailure("FAILED: SemanticException: only EXTERNAL tables can be created, or tables of Iceberg");
  if (location === undefined)
    throw new QueryFailure("FAILED: SemanticException: LOCATION is required for an external table");
  if (!/^s3[an]?:\/\/[^/]+/.test(location))
    throw new QueryFailure(`FAILED: SemanticException: ${location} is no path in S3`);
  const { DatabaseName, Name } = placeOf(run, table);
  const { Parameters, SerializationLibrary, ...formats } = storageOf(statement);
  const TableInput = {
    Name,
    TableType: "EXTERNAL_TABLE",
    // Hive keeps the comment of a table among its properties.
    Parameters: { EXTERNAL: "TRUE", ...properties, ...(comment !== undefined && { comment }) },
    PartitionKeys: partitionKeys.map(catalogColumn),
    StorageDescriptor: {
      ...{ Columns: columns.map(catalogColumn), Location: hivePath(location), ...formats },
      SerdeInfo: { SerializationLibrary, Parameters },
    },
  };
  const found = isAgain(run) ? await findTable(run.context, DatabaseName, Name) : undefined;
  if (!mayBeOwn(run, found?.CreateTime))
    await defining(() =>
      unless("AlreadyExistsException", ifNotExists, () =>
        run.context.call("glue", "CreateTable", { DatabaseName, TableInput: TableInput as never }),
      ),
    );
  return done(run);
}

export const dropTable = ({ ifExists, table }: StatementOf<"drop-table">, run: QueryRun): Promise<Outcome> =>
  drop(run, table, { ifExists, isView: false });

export const dropView = ({ ifExists, view }: StatementOf<"drop-view">, run: QueryRun): Promise<Outcome> =>
  drop(run, view, { ifExists, isView: true });

/** Drops a table, or a view: neither by the other's statement. */
async function drop(
  run: QueryRun,
  table: ObjectName,
  { ifExists, isView }: { readonly ifExists: boolean; readonly isView: boolean },
): Promise<Outcome> {
  const place = placeOf(run, table);
  const found = await findTable(run.context, place.DatabaseName, place.Name);
  if (found && !found.TargetTable && isViewTable(found) !== isView)
    throw new QueryFailure(
      isView
        ? `FAILED: SemanticException: Cannot drop a base table with DROP VIEW: ${place.DatabaseName}.${place.Name} is a table, use DROP TABLE`
        : `FAILED: SemanticException: Cannot drop a view with DROP TABLE: ${place.DatabaseName}.${place.Name} is a view, use DROP VIEW`,
    );
  if (!found && !ifExists && !isAgain(run)) await tableOf(run, table);
  // A table that was made since is another one.
  const left = run.query.actual.dropping;
  if (left !== undefined && (!found || mayBeOwn(run, found.CreateTime))) {
    await removeRest(run, left, { evenUnnamed: !found });
    return done(run);
  }
  // Of a resource link nothing goes but the link.
  const data = found && isIceberg(found) && !found.TargetTable ? await dataOf(run, found) : undefined;
  if (data) await run.keep({ dropping: data.current });
  // What an earlier attempt of this query has dropped is not missed.
  const mayMiss = ifExists || isAgain(run);
  await defining(() =>
    unless("EntityNotFoundException", mayMiss, () => run.context.call("glue", "DeleteTable", place)),
  );
  if (data) await removeData(run, data);
  return done(run);
}

export async function createView(statement: StatementOf<"create-view">, run: QueryRun): Promise<Outcome> {
  const { columns: given, orReplace, query, queryText, view } = statement;
  const { context } = run;
  if (countParameters(query) > 0)
    throw new QueryFailure("NOT_SUPPORTED: a view has no parameters: write the values into its query");
  const session = sessionOf(run);
  const { known } = await resolveTables({ kind: "query", query }, context, session);
  if (known.has(tableKey(view, session)))
    throw new QueryFailure(`INVALID_VIEW: line 1:1: Statement would create a recursive view: ${view.name}`);
  const translated = translate({ query }, { ...session, tables: known });
  const columns = namedColumns(translated.columns, given);
  const { DatabaseName, Name } = placeOf(run, view);
  const originalSql =
    given === undefined
      ? queryText
      : `SELECT * FROM (${queryText}) AS v(${given.map((name) => `"${name}"`).join(", ")})`;
  const ViewOriginalText = viewText({ originalSql, catalog: ownCatalog, schema: session.database, columns });
  const TableInput = {
    ...{ Name, TableType: "VIRTUAL_VIEW", ViewOriginalText, ViewExpandedText: "/* Presto View */" },
    Parameters: { presto_view: "true", comment: "Presto View" },
    PartitionKeys: [],
    StorageDescriptor: {
      ...{
        Columns: columns.map(({ name, type }) => ({ Name: name, Type: hiveTypeOf(type) ?? "string" })),
        Location: "",
      },
      SerdeInfo: {},
    },
  };
  await defining(async () => {
    const found = await findTable(context, DatabaseName, Name);
    if (found && !orReplace && isViewTable(found) && mayBeOwn(run, found.CreateTime)) return;
    if (found && !orReplace) throw new QueryFailure(`View already exists: ${DatabaseName}.${Name}`);
    if (found && (!isViewTable(found) || found.TargetTable))
      throw new QueryFailure(
        `${DatabaseName}.${Name} is a ${found.TargetTable ? "resource link" : "table"}, and no view`,
      );
    await context.call("glue", found ? "UpdateTable" : "CreateTable", {
      DatabaseName,
      TableInput: TableInput as never,
    });
  });
  return done(run);
}
