import { parseS3Location } from "../../../aws/s3-location.ts";
import type { WrittenFiles } from "../../../engines/port.ts";
import type { Session } from "../../../prep/sql/trino/scope.ts";
import type { PropertyValue } from "../../../prep/sql/trino/statement.ts";
import type { Query } from "../../../prep/sql/trino/syntax.ts";
import { type TranslatedQuery, translate } from "../../../prep/sql/trino/translate.ts";
import { QueryFailure } from "./athena-faults.ts";
import { checkNames, namedColumns } from "./columns-of-query.ts";
import { withEngine } from "./engine-work.ts";
import { storages } from "./hive-storage.ts";
import { hiveTypeOf } from "./hive-type-of.ts";
import { createIcebergAs } from "./iceberg-create-as.ts";
import { defining, isAgain, madeBy, placeOf, tableOf } from "./named-table.ts";
import { putFiles } from "./put-files.ts";
import { putManifest } from "./put-manifest.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { addPartitions } from "./run-alter.ts";
import { keysBelow } from "./s3-keys.ts";
import { scannedOf } from "./scanned.ts";
import { evaluateBy, findTable, resolveTables, sessionOf } from "./session-tables.ts";
import type { StatementOf } from "./statement-of.ts";
import { checkProperties } from "./written-properties.ts";

type Formats = Pick<WrittenFiles, "format" | "compression" | "text"> & { readonly storage: string };

/** What is written for each value of `format`, and how it is compressed unless something else is asked for. */
const formats: Readonly<Record<string, Formats>> = {
  PARQUET: { format: "parquet", compression: "gzip", storage: "PARQUET" },
  JSON: { format: "json", compression: "gzip", storage: "JSON" },
  TEXTFILE: { format: "text", compression: "gzip", storage: "TEXTFILE" },
};
const compressions: Readonly<Record<string, WrittenFiles["compression"]>> = {
  NONE: "none",
  UNCOMPRESSED: "none",
  GZIP: "gzip",
  SNAPPY: "snappy",
  ZSTD: "zstd",
};

function formatsOf(properties: Readonly<Record<string, PropertyValue>>, version: string): Formats {
  const name = String(properties.format ?? "PARQUET").toUpperCase();
  const found = formats[name];
  if (!found)
    throw new QueryFailure(
      `NOT_SUPPORTED: ${name} is not written by version ${version}; ${Object.keys(formats).join(", ")} are`,
    );
  const asked = properties.write_compression ?? properties.parquet_compression ?? properties.compression;
  const compression = asked === undefined ? found.compression : compressions[String(asked).toUpperCase()];
  if (compression === undefined || (compression === "snappy" && found.format !== "parquet"))
    throw new QueryFailure(`NOT_SUPPORTED: ${name} compressed as ${asked} is not written by version ${version}`);
  const delimiter = String(properties.field_delimiter ?? "\u0001");
  const text = { delimiter, nullText: "\\N", elements: "\u0002", keys: "\u0003", header: false };
  return { ...found, compression, ...(found.format === "text" && { text }) };
}

export const listOf = (value: PropertyValue | undefined): string[] =>
  value === undefined ? [] : [value].flat().map((one) => String(one).toLowerCase());

export interface Written {
  readonly outcome: Outcome;
  /** Below the location. */
  readonly paths: readonly string[];
  readonly columns: TranslatedQuery["columns"];
}

interface WriteOptions {
  /** What the files are, from the query's columns. */
  readonly shape: (columns: Written["columns"]) => Omit<WrittenFiles, "name">;
  readonly withData?: boolean;
  /** What is run in place of the query itself. */
  readonly compile?: (session: Session) => TranslatedQuery;
}

/** Runs a query and puts its rows as files below a location. */
export async function writeQuery(
  run: QueryRun,
  query: Query,
  location: string,
  { compile = (session) => translate({ query }, session), shape, withData = true }: WriteOptions,
): Promise<Written> {
  return withEngine(run, async (engine) => {
    const planned = performance.now();
    const session = sessionOf(run);
    const tables = await resolveTables({ kind: "query", query }, run.context, session, evaluateBy(engine, session));
    const { columns, sql } = compile({ ...session, tables: tables.known });
    const files = { ...shape(columns), name: run.query.key.name };
    // Before the tables are listed: one that is also read has the files of an attempt that was broken off.
    if (isAgain(run)) await removeWritten(run, location);
    // The next server would else not know that there may be files.
    else await run.begun();
    const brought = await tables.bring(engine, sql);
    const scanned = scannedOf(run, brought);
    const planningMilliseconds = Math.round(performance.now() - planned);
    const rows = withData ? sql : `SELECT * FROM (${sql}) LIMIT 0`;
    const request = { statement: { sql: rows, tables: brought }, results: { form: "files", files } } as const;
    const put = await putFiles(run, engine.ask(request), location).catch(async (error) => {
      await removeWritten(run, location);
      throw error;
    });
    const statistics = {
      ...{ planningMilliseconds, ...scanned, outputRows: put.rows, outputBytes: put.bytes },
      engineMilliseconds: Math.round(put.milliseconds),
    };
    return { outcome: { statistics }, paths: put.paths, columns };
  });
}

/** Removes what this query has written, also before the server that ran it was killed. */
async function removeWritten({ context, query }: QueryRun, location: string): Promise<void> {
  for (const Key of await keysBelow(context, location))
    if (Key.split("/").at(-1)!.startsWith(query.key.name))
      await context.call("s3", "DeleteObject", { Bucket: parseS3Location(location)!.bucket, Key });
}

/** Refuses a location where something lies that this query has not written. */
async function checkEmpty(run: QueryRun, location: string): Promise<void> {
  const others = (await keysBelow(run.context, location)).filter(
    (key) => !key.split("/").at(-1)!.startsWith(run.query.key.name),
  );
  if (others.length > 0)
    throw new QueryFailure(
      `HIVE_PATH_ALREADY_EXISTS: Target directory already exists: ${location}. You may need to manually clean the data at location before retrying. Athena will not delete data in your account.`,
    );
}

export const inFolder = (location: string): string => {
  if (!/^s3:\/\/[^/]+/.test(location)) throw new QueryFailure(`INVALID_TABLE_PROPERTY: ${location} is no path in S3`);
  return location.replace(/\/?$/, "/");
};

/** The columns that folders are made of must come last. */
function checkPartitioning(columns: readonly string[], partitionedBy: readonly string[]): void {
  const last = columns.slice(columns.length - partitionedBy.length).map((name) => name.toLowerCase());
  if (partitionedBy.length >= columns.length || last.join() !== partitionedBy.join())
    throw new QueryFailure(
      `HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order as the table properties: [${partitionedBy.join(", ")}]`,
    );
}

export async function unload({ location, properties, query }: StatementOf<"unload">, run: QueryRun): Promise<Outcome> {
  const target = inFolder(location);
  checkProperties(properties, "UNLOAD", run.context.settings.version);
  await checkEmpty(run, target);
  const { storage: _, ...files } = formatsOf(properties, run.context.settings.version);
  const partitionedBy = listOf(properties.partitioned_by);
  const written = await writeQuery(run, query, target, {
    shape: (columns) => {
      checkNames(columns);
      const names = columns.map(({ name }) => name);
      if (partitionedBy.length > 0) checkPartitioning(names, partitionedBy);
      return { ...files, partitionedBy, columns: columns.map(writtenColumn) };
    },
  });
  return { ...written.outcome, manifest: await putManifest(run, target, written.paths) };
}

const writtenColumn = ({ name, type }: { readonly name: string; readonly type: string }) => {
  const hive = hiveTypeOf(type);
  if (hive === undefined)
    throw new QueryFailure(`NOT_SUPPORTED: the column ${name} has the type ${type}, which no file holds`);
  return { name: name.toLowerCase(), type: hive };
};

export async function createTableAs(statement: StatementOf<"create-table-as">, run: QueryRun): Promise<Outcome> {
  const { context, query: of } = run;
  const { columns: given, ifNotExists, properties, query, table, withData } = statement;
  const { version } = context.settings;
  if (String(properties.table_type ?? "HIVE").toUpperCase() === "ICEBERG") return createIcebergAs(statement, run);
  if (String(properties.table_type ?? "HIVE").toUpperCase() !== "HIVE")
    throw new QueryFailure(
      `NOT_SUPPORTED: CREATE TABLE AS of ${properties.table_type} is not built in version ${version}`,
    );
  checkProperties(properties, "CREATE TABLE AS", version);
  const { DatabaseName, Name } = placeOf(run, table);
  const found = await findTable(context, DatabaseName, Name);
  const isOwn = found?.Parameters?.[madeBy] === of.key.name;
  const location = inFolder(String(properties.external_location ?? `${of.wanted.output}tables/${of.key.name}`));
  if (found && !isOwn && !ifNotExists)
    throw new QueryFailure(`TABLE_ALREADY_EXISTS: line 1:1: Table '${DatabaseName}.${Name}' already exists`);
  if (found && !isOwn) return { manifest: await putManifest(run, location, []) };
  await checkEmpty(run, location);
  const { storage, ...files } = formatsOf(properties, version);
  const partitionedBy = listOf(properties.partitioned_by);
  const written = await writeQuery(run, query, location, {
    shape: (columns) => {
      const named = namedColumns(columns, given);
      if (partitionedBy.length > 0)
        checkPartitioning(
          named.map(({ name }) => name),
          partitionedBy,
        );
      return {
        ...files,
        partitionedBy,
        columns: named.map(writtenColumn),
      };
    },
    withData,
  });
  const columns = namedColumns(written.columns, given).map((column) => ({
    ...{ Name: column.name, Type: writtenColumn(column).type },
  }));
  const keys = columns.slice(columns.length - partitionedBy.length);
  const { SerializationLibrary, ...formats } = storages[storage]!;
  const serde: Record<string, string> =
    files.text === undefined
      ? {}
      : { "field.delim": files.text.delimiter, "serialization.format": files.text.delimiter };
  const TableInput = {
    ...{ Name, TableType: "EXTERNAL_TABLE", PartitionKeys: partitionedBy.length === 0 ? [] : keys },
    Parameters: { EXTERNAL: "TRUE", has_encrypted_data: "false", [madeBy]: of.key.name },
    StorageDescriptor: {
      ...{ Columns: columns.slice(0, columns.length - partitionedBy.length), Location: location, ...formats },
      SerdeInfo: { SerializationLibrary, Parameters: serde },
    },
  };
  if (!isOwn)
    await defining(() => context.call("glue", "CreateTable", { DatabaseName, TableInput: TableInput as never }));
  await addWritten(run, table, location, written.paths, partitionedBy.length);
  return { ...written.outcome, manifest: await putManifest(run, location, written.paths) };
}

/** Adds the partitions of files that were written to folders. */
export async function addWritten(
  run: QueryRun,
  name: Parameters<typeof tableOf>[1],
  location: string,
  paths: readonly string[],
  keys: number,
): Promise<void> {
  if (keys === 0) return;
  const folders = [...new Set(paths.map((path) => path.split("/").slice(0, keys).join("/")))];
  const partitions = folders.map((folder) => ({
    values: folder.split("/").map((part) => decodeURIComponent(part.slice(part.indexOf("=") + 1))),
    location: `${location}${folder}/`,
  }));
  await addPartitions(run, name, await tableOf(run, name), partitions, true);
}
