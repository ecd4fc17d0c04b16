import type { WrittenFiles } from "../port.ts";
import { columnTypeOf } from "./column-type.ts";
import { identifier, literal } from "./quote.ts";

/** By the end of its name a file says how it is compressed; Parquet says it inside. */
const endings = { none: "", gzip: ".gz", zstd: ".zst", snappy: "" } as const;

/** Returns the statement that writes the rows of a query to files. */
export function copyStatement(sql: string, files: WrittenFiles, folder: string): string {
  const { columns, compression, delimiter, format, name, partitionedBy } = files;
  const names = columns.map(({ name: column }) => identifier(column));
  const values = columns.map(({ type }, index) => {
    const target = type === undefined ? undefined : columnTypeOf(type);
    return target === undefined ? names[index] : `CAST(${names[index]} AS ${target}) AS ${names[index]}`;
  });
  const named = `SELECT ${values.join(", ")} FROM (${sql}) AS written(${names.join(", ")})`;
  const ending = `${format}${format === "parquet" ? "" : endings[compression]}`;
  const options = [
    `FORMAT ${format}`,
    ...(compression === "none" && format === "parquet" ? ["COMPRESSION uncompressed"] : [`COMPRESSION ${compression}`]),
    ...(format === "csv"
      ? [`HEADER false, DELIMITER ${literal(delimiter ?? "\u0001")}, QUOTE '', ESCAPE '', NULLSTR '\\N'`]
      : []),
    ...(partitionedBy.length > 0
      ? [
          `PARTITION_BY (${partitionedBy.map(identifier).join(", ")}), FILENAME_PATTERN ${literal(`${name}_{i}`)}, FILE_EXTENSION ${literal(ending)}`,
        ]
      : []),
  ];
  const target = partitionedBy.length > 0 ? `${folder}/${name}` : `${folder}/${name}_0.${ending}`;
  return `COPY (${named}) TO ${literal(target)} (${options.join(", ")})`;
}
