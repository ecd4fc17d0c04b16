import type { CreateTable } from "../../../prep/sql/trino/statement.ts";
import { QueryFailure } from "./athena-faults.ts";

export interface HiveStorage {
  readonly InputFormat: string;
  readonly OutputFormat: string;
  readonly SerializationLibrary: string;
}

const hive = "org.apache.hadoop.hive";
const textFiles = {
  InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  OutputFormat: `${hive}.ql.io.HiveIgnoreKeyTextOutputFormat`,
};
const columnar = (name: string, serde: string, input: string): HiveStorage => ({
  InputFormat: `${hive}.ql.io.${name}.${input}InputFormat`,
  OutputFormat: `${hive}.ql.io.${name}.${input}OutputFormat`,
  SerializationLibrary: `${hive}.${serde}`,
});

/** How files of a format are read and written, by its name in STORED AS and in the properties of CREATE TABLE AS. */
export const storages: Readonly<Record<string, HiveStorage>> = {
  TEXTFILE: { ...textFiles, SerializationLibrary: `${hive}.serde2.lazy.LazySimpleSerDe` },
  JSON: { ...textFiles, SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
  JSONFILE: { ...textFiles, SerializationLibrary: "org.apache.hive.hcatalog.data.JsonSerDe" },
  PARQUET: columnar("parquet", "ql.io.parquet.serde.ParquetHiveSerDe", "MapredParquet"),
  ORC: columnar("orc", "ql.io.orc.OrcSerde", "Orc"),
  AVRO: columnar("avro", "serde2.avro.AvroSerDe", "AvroContainer"),
};

/** What Hive takes with ROW FORMAT SERDE and no STORED AS. */
const ofSerde = `${hive}.ql.io.IgnoreKeyTextOutputFormat`;

/** Returns what a CREATE TABLE says of its files. @throws QueryFailure for a format that Hive has not */
export function storageOf({
  rowFormat,
  storedAs,
}: CreateTable): HiveStorage & { readonly Parameters: Record<string, string> } {
  const name = storedAs?.format?.toUpperCase() ?? "TEXTFILE";
  const storage = storages[name];
  if (!storage && storedAs?.input === undefined)
    throw new QueryFailure(
      `FAILED: SemanticException Unrecognized file format in STORED AS clause: '${name}'; ${Object.keys(storages).join(", ")} are known`,
    );
  const { delimited, properties = {}, serde } = rowFormat ?? {};
  const given = {
    "field.delim": delimited?.field,
    "escape.delim": delimited?.escape,
    "collection.delim": delimited?.collection,
    "mapkey.delim": delimited?.map,
    "line.delim": delimited?.line,
    "serialization.null.format": delimited?.nullAs,
    "serialization.format": delimited?.field ?? "1",
  };
  const said = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    InputFormat: storedAs?.input ?? storage!.InputFormat,
    OutputFormat: storedAs?.output ?? (serde !== undefined && storedAs === undefined ? ofSerde : storage!.OutputFormat),
    SerializationLibrary: serde ?? storage?.SerializationLibrary ?? storages.TEXTFILE!.SerializationLibrary,
    Parameters: { ...Object.fromEntries(said), ...properties },
  };
}
