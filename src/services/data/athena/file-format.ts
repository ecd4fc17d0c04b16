import type { FileFormat } from "../../../engines/port.ts";
import type { OutputOf } from "../../../wire/operations.ts";
import { QueryFailure } from "./athena-faults.ts";

export type CatalogTable = NonNullable<OutputOf<typeof import("@aws-sdk/client-glue"), "GetTable">["Table"]>;

/** Returns the columns of a table, partition keys last, with Hive's types. */
export const columnsOf = ({ PartitionKeys = [], StorageDescriptor }: CatalogTable) =>
  [...(StorageDescriptor?.Columns ?? []), ...PartitionKeys].map(({ Name = "", Type = "string" }) => ({
    name: Name.toLowerCase(),
    type: Type,
  }));

type Parameters = Readonly<Record<string, string | undefined>>;
type Reader = (serde: Parameters, table: Parameters, library: string) => FileFormat;

const skippedProperty = "skip.header.line.count";

/** @throws QueryFailure for what is no number of lines */
export function skippedLines(serde: Parameters, table: Parameters): number {
  const text = serde[skippedProperty] ?? table[skippedProperty] ?? "0";
  if (!/^\d{1,9}$/.test(text))
    throw new QueryFailure(
      `HIVE_INVALID_METADATA: the property ${skippedProperty} is '${text}', which is no number of lines; write '1' to leave out a line of names`,
    );
  return Number(text);
}

/** A delimiter may be written as the number of its character; of several characters the first one counts, as in Hive. */
const character = (text: string | undefined, usual: string): string => {
  if (text === undefined || text === "") return usual;
  if (/^\d{1,3}$/.test(text) && text.length > 1) return String.fromCharCode(Number(text));
  // Of several characters Hive takes the first.
  return [...text.replaceAll("\\t", "\t")][0]!;
};

/** Properties that would change what is read and are not heeded, with the values that say nothing. */
const unheeded: Readonly<Record<string, RegExp>> = {
  "timestamp.formats": /^$/,
  "serialization.encoding": /^utf-?8$/i,
  "serialization.last.column.takes.rest": /^false$/i,
  "skip.footer.line.count": /^0*$/,
  "line.delim": /^(\n|\\n|10)$/,
};

function checkProperties(name: string, serde: Parameters, table: Parameters): void {
  for (const [property, value] of Object.entries({ ...table, ...serde }))
    if (value !== undefined && unheeded[property]?.test(value) === false)
      throw new QueryFailure(
        `NOT_SUPPORTED: the property ${property}='${value}' of ${name} is not heeded; leave it out`,
      );
}

const isTrue = (text: string | undefined, usual: boolean): boolean =>
  text === undefined ? usual : text.toLowerCase() === "true";

const json: Reader = (serde, _table, library) => ({
  kind: "json",
  ...(library.toLowerCase().startsWith("org.openx.") && { openx: true }),
  anyCase: isTrue(serde["case.insensitive"], true),
  ...(isTrue(serde["dots.in.keys"], false) && { dotsAsUnderscores: true }),
  ignoresMalformed: isTrue(serde["ignore.malformed.json"], false),
  paths: Object.fromEntries(
    Object.entries(serde).flatMap(([name, value]) =>
      name.startsWith("mapping.") && value !== undefined ? [[name.slice("mapping.".length).toLowerCase(), value]] : [],
    ),
  ),
});

const text: Reader = (serde, table) => ({
  kind: "text",
  delimiter: character(
    serde["field.delim"] ?? (serde["serialization.format"] === "1" ? undefined : serde["serialization.format"]),
    "\u0001",
  ),
  ...(serde["escape.delim"] !== undefined && { escape: serde["escape.delim"] }),
  nullText: serde["serialization.null.format"] ?? "\\N",
  elements: character(serde["collection.delim"] ?? serde["colelction.delim"], "\u0002"),
  keys: character(serde["mapkey.delim"], "\u0003"),
  skippedLines: skippedLines(serde, table),
});

/** What reads each SerDe, by the last part of its name. */
const readers: Readonly<Record<string, Reader>> = {
  ParquetHiveSerDe: () => ({ kind: "parquet" }),
  LazySimpleSerDe: text,
  OpenCSVSerde: (serde, table) => ({
    kind: "csv",
    separator: character(serde.separatorChar, ","),
    quote: serde.quoteChar ?? '"',
    escape: serde.escapeChar ?? "\\",
    skippedLines: skippedLines(serde, table),
  }),
  JsonSerDe: json,
};

/** @throws QueryFailure for a format that is not read, by its name */
export function formatOf(table: CatalogTable, version: string): FileFormat {
  const { Parameters: parameters = {}, StorageDescriptor } = table;
  const { SerializationLibrary: library = "", Parameters: serde = {} } = StorageDescriptor?.SerdeInfo ?? {};
  const other = (parameters.table_type ?? parameters.spark_sql_sources_provider ?? "").toUpperCase();
  if (other === "ICEBERG" || other === "DELTA" || other === "HUDI")
    throw new QueryFailure(
      `NOT_SUPPORTED: ${table.DatabaseName}.${table.Name} is a table of ${other}, which version ${version} does not read`,
    );
  const reader = readers[library.split(".").at(-1)!];
  if (!reader)
    throw new QueryFailure(
      `HIVE_UNSUPPORTED_FORMAT: ${library || "no SerDe"} of ${table.DatabaseName}.${table.Name} is not read by version ${version}; ${Object.keys(readers).join(", ")} are`,
    );
  checkProperties(`${table.DatabaseName}.${table.Name}`, serde, parameters);
  return reader(serde, parameters, library);
}
