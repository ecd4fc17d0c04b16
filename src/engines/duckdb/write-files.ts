import type { WrittenFiles } from "../port.ts";
import { columnTypeOf } from "./column-type.ts";
import { identifier, literal } from "./quote.ts";

/** By the end of its name a file says how it is compressed; Parquet says it inside. */
const endings = { none: "", gzip: ".gz", zstd: ".zst", snappy: "" } as const;

/** Returns the statement that writes the rows of a query to files; without rows there is none. */
export function copyStatement(sql: string, files: WrittenFiles, folder: string): string {
  const { columns, compression, delimiter, evenEmpty, format, header, name, partitionedBy, quote } = files;
  const names = columns.map(({ name: column }) => identifier(column));
  const values = columns.map(({ type }, index) => {
    const target = type === undefined ? undefined : columnTypeOf(type);
    return target === undefined ? names[index] : `CAST(${names[index]} AS ${target}) AS ${names[index]}`;
  });
  const named = `SELECT ${values.join(", ")} FROM (${sql}) AS written(${names.join(", ")})`;
  const ending = `${format}${format === "parquet" ? "" : endings[compression]}`;
  const keys = partitionedBy.map(identifier);
  // A name with folders is that of files below them; else the folder itself is called by it.
  const [, within, own] = /^(?:(.*)\/)?([^/]*)$/.exec(name)!;
  // DuckDB divides lines of JSON among folders only where they are the one column of a CSV.
  const areLines = format === "json" && keys.length > 0;
  const options = [
    `FORMAT ${areLines ? "csv" : format}`,
    `COMPRESSION ${compression === "none" && format === "parquet" ? "uncompressed" : compression}`,
    ...(format === "csv"
      ? [
          `DELIMITER ${literal(delimiter ?? unused)}`,
          ...(header === undefined ? [noHeader, quoting(quote)] : [exchanged(header)]),
        ]
      : []),
    ...(areLines ? [noHeader, `DELIMITER ${literal(unused)}`, quoting(undefined)] : []),
    ...(keys.length > 0
      ? [
          `PARTITION_BY (${keys.join(", ")}), FILENAME_PATTERN ${literal(`${own}_{i}`)}, FILE_EXTENSION ${literal(ending)}, OVERWRITE_OR_IGNORE`,
        ]
      : [`WRITE_EMPTY_FILE ${evenEmpty === true}`]),
  ];
  const target = keys.length > 0 ? `${folder}/${within ?? name}` : `${folder}/${name}_0.${ending}`;
  const rows = areLines ? jsonLines(named, names.slice(0, names.length - keys.length), keys) : named;
  return `COPY (${rows}) TO ${literal(target)} (${options.join(", ")})`;
}

/** A character that JSON escapes, and that text files of Hive have between values. */
const unused = "\u0001";

const noHeader = "HEADER false";
/** Nothing is null, and an empty text is quoted. */
const exchanged = (header: boolean) => `HEADER ${header}, QUOTE '"', ESCAPE '"', NULLSTR ''`;

const quoting = (quote: string | undefined): string =>
  quote === undefined
    ? "QUOTE '', ESCAPE '', NULLSTR '\\N'"
    : `QUOTE ${literal(quote)}, ESCAPE ${literal(quote)}, FORCE_QUOTE *, NULLSTR ''`;

function jsonLines(rows: string, names: readonly string[], keys: readonly string[]): string {
  const members = names.map((name) => `${name} := ${name}`).join(", ");
  return `SELECT ${[`CAST(to_json(struct_pack(${members})) AS VARCHAR) AS "$line"`, ...keys].join(", ")} FROM (${rows})`;
}
