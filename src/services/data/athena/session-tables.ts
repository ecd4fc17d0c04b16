import { Fault } from "../../../aws/faults.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { EngineTable, HiddenColumn } from "../../../engines/port.ts";
import type { Context } from "../../../frame/context.ts";
import { bringObjects, listObjects } from "../../../frame/engine-files.ts";
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
import { errorTypes, isRefusal, QueryFailure } from "./athena-faults.ts";
import { defaultDatabase } from "./default-database.ts";
import type { QueryEngine } from "./engine-work.ts";
import { hiddenOf, withFileFacts } from "./file-facts.ts";
import { type CatalogTable, columnsOf, formatOf } from "./file-format.ts";
import { type Evaluate, scanAsOf } from "./iceberg-as-of.ts";
import { metadataTable, metadataTableName } from "./iceberg-metadata-table.ts";
import { filePredicate } from "./iceberg-predicate.ts";
import { bringScan, currentScan, type IcebergScan, planScan } from "./iceberg-scan.ts";
import { trinoTypeOf } from "./iceberg-type.ts";
import { informationRows, informationSchema, informationTable } from "./information-schema.ts";
import { notFound } from "./not-found.ts";
import { choosePartitions } from "./partition-choice.ts";
import { partitionName } from "./partition-folder.ts";
import { partitionsPart, partitionsTable } from "./partitions-table.ts";
import type { QueryRun } from "./query-run.ts";
import { partitionsOf } from "./table-partitions.ts";
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

/** So many partitions are listed at a time. */
const listedTogether = 16;

/**
 * Gives an engine the files of a table that a query needs, those of its partitions in folders that say their values.
 */
async function bringTable(
  context: Context,
  engine: QueryEngine,
  { name, table }: { readonly name: string; readonly table: CatalogTable },
  predicate: Predicate | undefined,
): Promise<EngineTable> {
  const format = formatOf(table, context.settings.version);
  const keys = (table.PartitionKeys ?? []).map(({ Name = "", Type = "string" }) => ({ name: Name, type: Type }));
  const columns = (table.StorageDescriptor?.Columns ?? []).map(({ Name = "", Type = "string" }) => ({
    name: Name.toLowerCase(),
    type: Type,
  }));
  const parts =
    keys.length === 0
      ? [{ location: table.StorageDescriptor?.Location ?? "", folder: "" }]
      : await partitionsOf(context, table, keys, predicate && choosePartitions(predicate, keys));
  const files: EngineTable["files"][number][] = [];
  const bringPart = async ({ folder, location }: (typeof parts)[number]) => {
    const place = parseS3Location(location);
    if (!place)
      throw new QueryFailure(
        `HIVE_INVALID_METADATA: ${location || "nothing"} is no location in S3 of ${table.DatabaseName}.${table.Name}`,
      );
    const prefix = place.key === "" || place.key.endsWith("/") ? place.key : `${place.key}/`;
    const from = { bucket: place.bucket, prefix };
    const found = await listed(context, from);
    if (found.length === 0) await refuseObject(context, place);
    for (const { key } of found) checkCompression(key, place.bucket);
    const to = [engine.folder, name, folder].filter(Boolean).join("/");
    const brought = await heedingRefusal(from, () =>
      bringObjects(context, engine.runId, { ...from, folder: to }, found),
    );
    return folder === "" ? brought : brought.map((file) => ({ ...file, partition: partitionName(folder) }));
  };
  for (let from = 0; from < parts.length; from += listedTogether)
    files.push(...(await Promise.all(parts.slice(from, from + listedTogether).map(bringPart))).flat());
  return { name, columns, partitionKeys: keys, format, files };
}

async function listed(context: Context, place: { readonly bucket: string; readonly prefix: string }) {
  try {
    return await heedingRefusal(place, () => listObjects(context, place));
  } catch (error) {
    if (error instanceof Fault && error.code === "NoSuchBucket")
      throw new QueryFailure(`HIVE_METASTORE_ERROR: the bucket ${place.bucket} does not exist`, {
        type: errorTypes.missing,
      });
    throw error;
  }
}

/** Refuses the name of an object where a folder is meant: nothing lies below it. */
async function refuseObject(context: Context, { bucket, key }: { readonly bucket: string; readonly key: string }) {
  if (key === "" || key.endsWith("/")) return;
  // A caller who may not ask learns nothing.
  const found = await context.call("s3", "HeadObject", { Bucket: bucket, Key: key }).catch(() => undefined);
  if (!found) return;
  throw new QueryFailure(
    `HIVE_INVALID_METADATA: s3://${bucket}/${key} is an object, and no folder: LOCATION names the folder of the table's files`,
  );
}

/** Says in Athena's words that the caller may not read somewhere. */
export async function heedingRefusal<Result>(
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new QueryFailure(`Permission denied on S3 path: s3://${bucket}/${prefix} : ${(error as Error).message}`, {
      type: errorTypes.access,
    });
  }
}

/** Compressions that Athena reads and the engine does not, by the ends of names. */
function checkCompression(key: string, bucket: string): void {
  const [ending] = /\.(bz2|lzo|lz4|snappy|deflate|zip)$/i.exec(key) ?? [];
  if (ending !== undefined)
    throw new QueryFailure(
      `NOT_SUPPORTED: s3://${bucket}/${key} is compressed as ${ending}; gzip, zstd and none are read`,
    );
}
