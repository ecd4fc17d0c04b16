import type { WrittenFiles } from "../port.ts";
import { columnTypeOf } from "./column-type.ts";
import { identifier, literal } from "./quote.ts";
import { writtenLine } from "./written-line.ts";

/** By the end of its name a file says how it is compressed; Parquet says it inside. */
const endings = { none: "", gzip: ".gz", zstd: ".zst", snappy: "" } as const;

/** Returns the statement that writes the rows of a query to files; without rows there is none. */
export function copyStatement(sql: string, files: WrittenFiles, folder: string): string {
  const { columns, compression, delimiter, evenEmpty, format, header, name, partitionedBy, quote, text } = files;
  const names = columns.map(({ name: column }) => identifier(column));
  const isExchanged = format === "csv" && header !== undefined && quote === undefined;
  const isAlone = columns.length === partitionedBy.length + 1;
  const values = columns.map(({ type }, index) => {
    const target = type === undefined ? undefined : columnTypeOf(type);
    // Hive has no folder for an empty text: it goes where nulls go.
    if (index >= columns.length - partitionedBy.length)
      return `nullif(CAST(${names[index]} AS VARCHAR), '') AS ${names[index]}`;
    const value = target === undefined ? names[index]! : `CAST(${names[index]} AS ${target})`;
    if (isExchanged && isAlone) return `${neverBlank(value)} AS ${names[index]}`;
    return target === undefined ? value : `${value} AS ${names[index]}`;
  });
  const named = `SELECT ${values.join(", ")} FROM (${sql}) AS written(${names.join(", ")})`;
  const ending = `${format === "text" ? "txt" : format}${format === "parquet" ? "" : endings[compression]}`;
  const keys = partitionedBy.map(identifier);
  // A name with folders is that of files below them; else the folder itself is called by it.
  const [, within, last] = /^(?:(.*)\/)?([^/]*)$/.exec(name)!;
  const own = columns.slice(0, columns.length - keys.length);
  const form = format === "text" ? text! : undefined;
  // DuckDB divides lines of JSON among folders only where they are the one column of a CSV.
  const areLines = form !== undefined || (format === "json" && keys.length > 0);
  const title = form?.header ? own.map((column) => column.name).join(form.delimiter) : "$line";
  const options = [
    `FORMAT ${areLines ? "csv" : format}`,
    `COMPRESSION ${compression === "none" && format === "parquet" ? "uncompressed" : compression}`,
    ...(format === "csv"
      ? [
          `DELIMITER ${literal(delimiter ?? unused)}`,
          ...(isExchanged ? [exchanged(header)] : [`HEADER ${header === true}`, quoting(quote)]),
        ]
      : []),
    ...(areLines ? [`HEADER ${form?.header === true}`, `DELIMITER ${literal(unused)}`, quoting(undefined)] : []),
    ...(keys.length > 0
      ? [
          `PARTITION_BY (${keys.join(", ")}), FILENAME_PATTERN ${literal(`${last}_{i}`)}, FILE_EXTENSION ${literal(ending)}, OVERWRITE_OR_IGNORE`,
        ]
      : [`WRITE_EMPTY_FILE ${evenEmpty === true}`]),
  ];
  const target = keys.length > 0 ? `${folder}/${within ?? name}` : `${folder}/${name}_0.${ending}`;
  const line = form ? writtenLine(own, form) : jsonLine(own.map((column) => identifier(column.name)));
  const rows = areLines ? `SELECT ${[`${line} AS ${identifier(title)}`, ...keys].join(", ")} FROM (${named})` : named;
  return `COPY (${rows}) TO ${literal(target)} (${options.join(", ")})`;
}

/** Where a line has one value alone, null is a quoted empty text: most readers leave blank lines out. */
export const neverBlank = (value: string): string => `coalesce(CAST(${value} AS VARCHAR), '')`;

/** A character that JSON escapes, and that text files of Hive have between values. */
const unused = "\u0001";

/** Nothing is null, and an empty text is quoted. */
const exchanged = (header: boolean) => `HEADER ${header}, QUOTE '"', ESCAPE '"', NULLSTR ''`;

const quoting = (quote: string | undefined): string =>
  quote === undefined
    ? "QUOTE '', ESCAPE '', NULLSTR '\\N'"
    : `QUOTE ${literal(quote)}, ESCAPE ${literal(quote)}, FORCE_QUOTE *, NULLSTR ''`;

function jsonLine(names: readonly string[]): string {
  const members = names.map((name) => `${name} := ${name}`).join(", ");
  return `CAST(to_json(struct_pack(${members})) AS VARCHAR)`;
}
