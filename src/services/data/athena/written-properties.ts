import { nearestWords } from "../../../prep/sql/trino/scope.ts";
import type { PropertyValue } from "../../../prep/sql/trino/statement.ts";
import { QueryFailure } from "./athena-faults.ts";

type Properties = Readonly<Record<string, PropertyValue>>;

const ofBoth = ["format", "compression_level", "field_delimiter", "partitioned_by"];
const known = {
  "CREATE TABLE AS": [
    ...ofBoth,
    ...["table_type", "external_location", "is_external", "bucketed_by", "bucket_count"],
    ...["write_compression", "parquet_compression", "orc_compression"],
  ],
  UNLOAD: [...ofBoth, "compression"],
} as const;

/** Properties that are of one format alone. */
const ofFormat: Readonly<Record<string, string>> = { parquet_compression: "PARQUET", orc_compression: "ORC" };

const wrong = (words: string): QueryFailure => new QueryFailure(`INVALID_TABLE_PROPERTY: ${words}`);

/** Refuses the properties of files of Hive's formats that say nothing, or what is not done. @throws QueryFailure */
export function checkProperties(properties: Properties, statement: keyof typeof known, version: string): void {
  const names: readonly string[] = known[statement];
  const format = String(properties.format ?? "PARQUET").toUpperCase();
  for (const [name, value] of Object.entries(properties)) {
    if (!names.includes(name))
      throw wrong(`${statement} has no property '${name}'${nearestWords(name, names)}; ${names.join(", ")} are known`);
    if (ofFormat[name] !== undefined && ofFormat[name] !== format)
      throw wrong(`${name}='${value}' is for the format ${ofFormat[name]}, and this is ${format}`);
  }
  if (String(properties.is_external ?? "true").toLowerCase() === "false")
    throw wrong("is_external has to be true for a table of Hive");
  if (properties.bucketed_by !== undefined || properties.bucket_count !== undefined)
    throw new QueryFailure(`NOT_SUPPORTED: bucketed_by and bucket_count are not built in version ${version}`);
  checkLevel(properties);
}

function checkLevel({ compression, compression_level: level, parquet_compression, write_compression }: Properties) {
  if (level === undefined) return;
  const asked = String(write_compression ?? parquet_compression ?? compression ?? "").toUpperCase();
  if (asked !== "ZSTD") throw wrong("compression_level is for the compression ZSTD");
  if (!/^(?:[1-9]|1\d|2[0-2])$/.test(String(level))) throw wrong(`compression_level is ${level}; 1 to 22 are known`);
}
