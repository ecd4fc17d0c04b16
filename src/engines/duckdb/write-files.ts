import type { WrittenFiles } from "../port.ts";
import { identifier, literal } from "./quote.ts";

/** Returns the statement that writes the rows of a query to files. */
export function copyStatement(sql: string, files: WrittenFiles, folder: string): string {
  const { columns, compression, delimiter, format, name, partitionedBy } = files;
  const named = `SELECT * FROM (${sql}) AS written(${columns.map(identifier).join(", ")})`;
  const options = [
    `FORMAT ${format}`,
    ...(compression === "none" && format === "parquet" ? ["COMPRESSION uncompressed"] : [`COMPRESSION ${compression}`]),
    ...(format === "csv"
      ? [`HEADER false, DELIMITER ${literal(delimiter ?? "\u0001")}, QUOTE '', ESCAPE '', NULLSTR '\\N'`]
      : []),
    ...(partitionedBy.length > 0
      ? [`PARTITION_BY (${partitionedBy.map(identifier).join(", ")}), FILENAME_PATTERN ${literal(`${name}_{i}`)}`]
      : []),
  ];
  const target = partitionedBy.length > 0 ? `${folder}/${name}` : `${folder}/${name}_0.${format}`;
  return `COPY (${named}) TO ${literal(target)} (${options.join(", ")})`;
}
