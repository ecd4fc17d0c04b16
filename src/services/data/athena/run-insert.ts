import type { FileFormat, WrittenFiles } from "../../../engines/port.ts";
import { isIceberg } from "../../../frame/iceberg-table.ts";
import type { ObjectName } from "../../../prep/sql/trino/statement.ts";
import { translateInsert } from "../../../prep/sql/trino/translate-change.ts";
import { QueryFailure } from "./athena-faults.ts";
import { type CatalogTable, columnsOf, formatOf } from "./file-format.ts";
import { changeIceberg } from "./iceberg-change.ts";
import { placeOf } from "./named-table.ts";
import { notFound } from "./not-found.ts";
import { putManifest } from "./put-manifest.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { addWritten, inFolder, writeQuery } from "./run-write.ts";
import { findTable } from "./session-tables.ts";
import type { StatementOf } from "./statement-of.ts";
import { isViewTable } from "./view-text.ts";

type Columns = ReturnType<typeof columnsOf>;
type Files = Pick<WrittenFiles, "format" | "compression" | "delimiter" | "quote" | "header" | "text">;

/** How files are written that are read in a format. */
const written: { readonly [Kind in FileFormat["kind"]]?: (format: never, columns: Columns) => Files } = {
  parquet: () => ({ format: "parquet", compression: "snappy" }),
  json: () => ({ format: "json", compression: "gzip" }),
  text: ({ kind: _, skippedLines, ...form }: FileFormat & { kind: "text" }) => ({
    ...({ format: "text", compression: "gzip" } as const),
    text: { ...form, header: hasTitle(skippedLines) },
  }),
  csv({ quote, separator, skippedLines }: FileFormat & { kind: "csv" }, columns) {
    const other = columns.find(({ type }) => type.toLowerCase() !== "string");
    if (other)
      throw new QueryFailure(
        `NOT_SUPPORTED: Hive CSV storage format only supports columns of the type string, and ${other.name} is ${other.type}`,
      );
    return { format: "csv", compression: "gzip", delimiter: separator, quote, header: hasTitle(skippedLines) };
  },
};

/** Whether a file begins with a line of names, which is left out when it is read. */
function hasTitle(skippedLines: number): boolean {
  if (skippedLines > 1)
    throw new QueryFailure(
      "NOT_SUPPORTED: Inserting into Hive table with value of skip.header.line.count property greater than 1 is not supported",
    );
  return skippedLines === 1;
}

async function insertedTable(run: QueryRun, name: ObjectName): Promise<CatalogTable> {
  const { DatabaseName, Name } = placeOf(run, name);
  const found = await findTable(run.context, DatabaseName, Name);
  if (!found) throw await notFound(run.context, name, DatabaseName);
  if (isViewTable(found))
    throw new QueryFailure(
      `NOT_SUPPORTED: line ${name.at.line}:${name.at.column}: Inserting into views is not supported: ${DatabaseName}.${Name}`,
    );
  return found;
}

/** Adds the rows of a query to a table as new files. Columns that the statement does not name are null. */
export async function insertInto(statement: StatementOf<"insert">, run: QueryRun): Promise<Outcome> {
  const { query, table: name } = statement;
  const { version } = run.context.settings;
  const table = await insertedTable(run, name);
  if (isIceberg(table)) return changeIceberg(statement, run);
  const read = formatOf(table, version);
  const keys = (table.PartitionKeys ?? []).map(({ Name = "" }) => Name.toLowerCase());
  const columns = columnsOf(table);
  const filesOf = written[read.kind];
  if (!filesOf)
    throw new QueryFailure(`NOT_SUPPORTED: INSERT INTO a table of ${read.kind} is not built in version ${version}`);
  const files = filesOf(read as never, columns.slice(0, columns.length - keys.length));
  const location = inFolder(table.StorageDescriptor?.Location ?? "");
  const rows = await writeQuery(run, query, location, {
    compile: (session) => ({ columns, sql: translateInsert(statement, session, { relation: "", columns }) }),
    shape: () => ({ ...files, partitionedBy: keys, columns }),
  });
  await addWritten(run, name, location, rows.paths, keys.length);
  return {
    ...rows.outcome,
    manifest: await putManifest(run, location, rows.paths),
  };
}
