import { rmSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { IcebergStruct, IcebergType } from "../../iceberg/table-metadata.ts";
import { boundOf } from "../../iceberg/value-text.ts";
import type { IcebergColumnFacts, WrittenFiles } from "../port.ts";
import { identifier, literal } from "./quote.ts";

/** A file as DuckDB says that it has written it. */
export interface CopiedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly recordCount: number;
  readonly columns: Readonly<Record<string, IcebergColumnFacts>>;
  /** The number of its partition. */
  readonly partition?: number;
}

type Pairs = readonly { readonly key: unknown; readonly value: unknown }[];
const entriesOf = (map: unknown): Pairs => (map as { readonly entries: Pairs } | null)?.entries ?? [];

/** The field of the paths in files of positions: only whole bounds say that a file concerns one other. */
export const filePathId = 2147483546;

/** The column by whose values rows go to files of their own. */
export const partitionNumber = "sagebrush_partition";

/** Writes the rows of a query to Parquet files with the ids of their fields, and returns the files that have rows. */
export async function copyFiles(
  connection: DuckDBConnection,
  select: string,
  target: string,
  {
    compression,
    fileSizeBytes,
    partitioned = false,
    schema,
  }: {
    readonly schema: IcebergStruct;
    readonly compression: WrittenFiles["compression"];
    readonly fileSizeBytes?: number;
    readonly partitioned?: boolean;
  },
): Promise<CopiedFile[]> {
  const options = [
    `FORMAT parquet, RETURN_STATS true, COMPRESSION ${compression === "none" ? "uncompressed" : compression}`,
    `FIELD_IDS {${schema.fields.map((field) => `${identifier(field.name)}: ${idsOf(field.id, field.type)}`).join(", ")}}`,
    ...(partitioned ? [`PARTITION_BY (${partitionNumber}), OVERWRITE_OR_IGNORE true`] : []),
    ...(fileSizeBytes !== undefined && !partitioned ? [`FILE_SIZE_BYTES ${fileSizeBytes}`] : []),
  ];
  const result = await connection.runAndReadAll(`COPY (${select}) TO ${literal(target)} (${options.join(", ")})`);
  const places = placesOf(schema);
  return result.getRows().flatMap(([path, count, size, , statistics, keys]) => {
    if (Number(count) === 0) {
      rmSync(String(path));
      return [];
    }
    const number = entriesOf(keys).find(({ key }) => key === partitionNumber)?.value;
    return {
      ...{ path: String(path), sizeBytes: Number(size), recordCount: Number(count) },
      columns: factsOf(statistics, places),
      ...(number !== undefined && { partition: Number(number) }),
    };
  });
}

function idsOf(id: number, type: IcebergType): string {
  if (typeof type === "string") return String(id);
  const inside =
    type.type === "list"
      ? [`element: ${idsOf(type["element-id"], type.element)}`]
      : type.type === "map"
        ? [`key: ${idsOf(type["key-id"], type.key)}`, `value: ${idsOf(type["value-id"], type.value)}`]
        : type.fields.map((field) => `${identifier(field.name)}: ${idsOf(field.id, field.type)}`);
  return `{__duckdb_field_id: ${id}, ${inside.join(", ")}}`;
}

interface Place {
  readonly id: number;
  readonly type: string;
  /** Values in lists and maps have no bounds. */
  readonly isRepeated: boolean;
}

/** The plain columns of a schema, by what DuckDB's statistics call them. */
function placesOf(schema: IcebergStruct): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const visit = (path: string, id: number, type: IcebergType, isRepeated: boolean): void => {
    if (typeof type === "string") places.set(path, { id, type, isRepeated });
    else if (type.type === "list") visit(`${path}."element"`, type["element-id"], type.element, true);
    else if (type.type === "map") {
      visit(`${path}."key"`, type["key-id"], type.key, true);
      visit(`${path}."value"`, type["value-id"], type.value, true);
    } else
      for (const field of type.fields) visit(`${path}.${identifier(field.name)}`, field.id, field.type, isRepeated);
  };
  for (const field of schema.fields) visit(identifier(field.name), field.id, field.type, false);
  return places;
}

function factsOf(statistics: unknown, places: ReadonlyMap<string, Place>): Record<string, IcebergColumnFacts> {
  const facts: Record<string, IcebergColumnFacts> = {};
  for (const { key, value } of entriesOf(statistics)) {
    const place = places.get(String(key));
    if (!place) continue;
    const said = new Map(entriesOf(value).map((pair) => [pair.key, String(pair.value)]));
    const number = (name: string) => Number(said.get(name) ?? 0);
    const bound = (name: string) => {
      const text = said.get(name);
      return text === undefined || place.isRepeated
        ? undefined
        : boundOf(place.type, text, name === "max", place.id === filePathId);
    };
    const [lower, upper] = [bound("min"), bound("max")];
    facts[place.id] = {
      ...{ sizeBytes: number("column_size_bytes"), values: number("num_values"), nulls: number("null_count") },
      ...(said.get("has_nan") === "false" && { nans: 0 }),
      ...(lower !== undefined && { lower }),
      ...(upper !== undefined && { upper }),
    };
  }
  return facts;
}
