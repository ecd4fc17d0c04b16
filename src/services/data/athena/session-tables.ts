import { Fault } from "../../../aws/faults.ts";
import type { EngineTable, HiddenColumn } from "../../../engines/port.ts";
import type { Context } from "../../../frame/context.ts";
import { isIceberg, readIcebergTable } from "../../../frame/iceberg-table.ts";
import { parseStatement } from "../../../prep/sql/trino/parse-statement.ts";
import type { Predicate } from "../../../prep/sql/trino/predicate.ts";
import { predicatesOf } from "../../../prep/sql/trino/predicates.ts";
import type { Session, SessionTable } from "../../../prep/sql/trino/scope.ts";
import type { Statement } from "../../../prep/sql/trino/statement.ts";
import type { TableReference } from "../../../prep/sql/trino/syntax.ts";
import { tableKey } from "../../../prep/sql/trino/table-key.ts";
import { tablesOf } from "../../../prep/sql/trino/tables-of.ts";
import { translate } from "../../../prep/sql/trino/translate.ts";
import { askRows } from "./ask-rows.ts";
import { QueryFailure } from "./athena-faults.ts";
import { defaultDatabase } from "./default-database.ts";
import type { QueryEngine } from "./engine-work.ts";
import { hiddenOf, withFileFacts } from "./file-facts.ts";
import { type CatalogTable, columnsOf } from "./file-format.ts";
import { type Evaluate, scanAsOf } from "./iceberg-as-of.ts";
import { metadataTable, metadataTableName } from "./iceberg-metadata-table.ts";
import { filePredicate } from "./iceberg-predicate.ts";
import { bringScan, currentScan, type IcebergScan, planScan } from "./iceberg-scan.ts";
import { trinoTypeOf } from "./iceberg-type.ts";
import { informationRows, informationSchema, informationTable } from "./information-schema.ts";
import { notFound } from "./not-found.ts";
import { partitionsPart, partitionsTable } from "./partitions-table.ts";
import type { QueryRun } from "./query-run.ts";
import { bringTable } from "./table-files.ts";
import { viewOf } from "./view-text.ts";

export const ownCatalog = "awsdatacatalog";

const unquoted = (name: string): string => name.toLowerCase().replace(/^`(.+)`$/, "$1");

/** What a statement's names mean, before its tables are known. */
export const sessionOf = ({ query, context }: QueryRun): Omit<Session, "tables"> => {
  const { Catalog = ownCatalog, Database = defaultDatabase } = query.wanted.QueryExecutionContext ?? {};
  return {
    // Athena takes the names in a query's context in backticks as well.
    ...{ catalog: unquoted(Catalog), database: unquoted(Database) },
    ...{ now: query.created, user: context.caller.arn.split("/").at(-1)! },
    ...(query.wanted.ExecutionParameters && { parameters: query.wanted.ExecutionParameters }),
  };
};

/** The tables that a statement reads. */
export interface ResolvedTables {
  readonly known: ReadonlyMap<string, SessionTable>;
  /** Gives an engine their files, with what the text of its statement needs to be known of them. */
  bring(engine: QueryEngine, sql: string): Promise<EngineTable[]>;
}

interface Resolved {
  readonly key: string;
  readonly bring: (
    engine: QueryEngine,
    predicate: Predicate | undefined,
    isNamed: (column: HiddenColumn) => boolean,
  ) => Promise<EngineTable>;
}

const mostViews = 200;

/** Finds in the catalog what a statement names. @throws SqlFault for a table that is not there */
export async function resolveTables(
  statement: Statement,
  context: Context,
  session: Omit<Session, "tables">,
  evaluate?: Evaluate,
): Promise<ResolvedTables> {
  const known = new Map<string, SessionTable>();
  const resolved: Resolved[] = [];
  const informed: { readonly key: string; readonly name: string }[] = [];
  const asked: { reference: TableReference; at: { catalog: string; database: string } }[] = tablesOf(statement).map(
    (reference) => ({ reference, at: session }),
  );
  for (const { reference, at } of asked) {
    const key = tableKey(reference, at);
    if (known.has(key)) continue;
    const catalog = (reference.catalog ?? at.catalog).toLowerCase();
    if (catalog !== ownCatalog)
      throw new QueryFailure(`CATALOG_NOT_FOUND: Catalog '${catalog}' does not exist; there is ${ownCatalog}`);
    const database = (reference.database ?? at.database).toLowerCase();
    if (database === informationSchema) {
      const empty = informationTable(reference.name.toLowerCase());
      if (!empty) throw await notFound(context, reference, database);
      known.set(key, empty);
      informed.push({ key, name: reference.name.toLowerCase() });
      continue;
    }
    const behind = metadataTableName(reference.name.toLowerCase());
    const table = await findTable(context, database, behind?.[0] ?? reference.name.toLowerCase());
    if (table && behind?.[1] === partitionsPart && !isIceberg(table) && (table.PartitionKeys ?? []).length > 0) {
      known.set(key, await partitionsTable(context, table));
      continue;
    }
    if (!table || (behind && !isIceberg(table))) throw await notFound(context, reference, database);
    if (isIceberg(table)) {
      const scan = await scanOf(context, table, reference.asOf, evaluate);
      if (behind) {
        known.set(key, await metadataTable(behind[1], scan, context));
        continue;
      }
      const name = `t${resolved.length}`;
      const bring: Resolved["bring"] = async (engine, predicate, isNamed) => {
        const planned = await planScan(context, scan, predicate && filePredicate(predicate, scan.schema));
        return withFileFacts(context, scan, planned, await bringScan(context, engine, name, scan, planned), isNamed);
      };
      resolved.push({ key, bring });
      known.set(key, { columns: scanColumns(scan), hidden: hiddenOf(true, true), relation: `"${name}"` });
      continue;
    }
    if (reference.asOf)
      throw new QueryFailure(
        `NOT_SUPPORTED: ${database}.${reference.name} is no table of Iceberg: only those have versions`,
      );
    const view = viewOf(table);
    if (view) {
      known.set(key, view);
      if (asked.length > mostViews)
        throw new QueryFailure(`NOT_SUPPORTED: the query stands on more than ${mostViews} tables and views`);
      const inside = { catalog: view.catalog ?? catalog, database: view.database ?? database };
      asked.push(...tablesOf(parseStatement(view.view)).map((inner) => ({ reference: inner, at: inside })));
      continue;
    }
    const name = `t${resolved.length}`;
    const isPartitioned = (table.PartitionKeys ?? []).length > 0;
    resolved.push({ key, bring: (engine, predicate) => bringTable(context, engine, { name, table }, predicate) });
    known.set(key, { columns: columnsOf(table), hidden: hiddenOf(isPartitioned), relation: `"${name}"` });
  }
  const asks = informed.length > 0 ? predicatesOf(statement, { ...session, tables: known }) : undefined;
  for (const { key, name } of informed)
    known.set(key, await informationRows(name, ownCatalog, context, asks?.get(key)));
  return {
    known,
    bring(engine, sql) {
      const predicates = predicatesOf(statement, { ...session, tables: known });
      const isNamed = (column: HiddenColumn) => sql.includes(`"${column}"`);
      return Promise.all(resolved.map(({ bring, key }) => bring(engine, predicates.get(key), isNamed)));
    },
  };
}

/** The columns of a table of Iceberg, with the types that they have in a query. */
export const scanColumns = ({ schema }: Pick<IcebergScan, "schema">) =>
  schema.fields.map(({ name, type }) => ({ name: name.toLowerCase(), type: trinoTypeOf(type) }));

async function scanOf(
  context: Context,
  table: CatalogTable,
  asOf: TableReference["asOf"],
  evaluate: Evaluate | undefined,
): Promise<IcebergScan> {
  const loaded = await readIcebergTable(context, table);
  return asOf ? scanAsOf(loaded, asOf, evaluate) : currentScan(loaded);
}

/** Answers queries of one value by an engine. */
export const evaluateBy =
  (engine: QueryEngine, session: Omit<Session, "tables">): Evaluate =>
  async (query) => {
    const { columns, sql } = translate({ query }, { ...session, tables: new Map() });
    const [row] = await askRows(engine, sql, columns);
    return row?.[0];
  };

export async function findTable(
  context: Context,
  DatabaseName: string,
  Name: string,
): Promise<CatalogTable | undefined> {
  try {
    return (await context.call("glue", "GetTable", { DatabaseName, Name })).Table as CatalogTable | undefined;
  } catch (error) {
    if (error instanceof Fault && error.code === "EntityNotFoundException") return undefined;
    throw error;
  }
}
