import type { Whole } from "../../../iceberg/avro-codec.ts";
import { compareValues, type PlainValue, readValue } from "../../../iceberg/iceberg-value.ts";
import { contents, type DataFile } from "../../../iceberg/manifest.ts";
import { fieldOf, type IcebergStruct, specOf, type TableMetadata } from "../../../iceberg/table-metadata.ts";
import { transformNamed } from "../../../iceberg/transform.ts";
import { type Caller, type Column, liveFiles, moment, type Rows, shownValue, text, whole } from "./iceberg-rows.ts";
import type { IcebergScan } from "./iceberg-scan.ts";
import { trinoTypeOf } from "./iceberg-type.ts";

/** The partitions of the current data, by the fields that every spec of the table has. */
export async function partitionRows(scan: IcebergScan, context: Caller): Promise<Rows> {
  const { metadata, schema } = scan;
  const fields = partitionFields(metadata, schema);
  const groups = new Map<string, { values: (PlainValue | undefined)[]; files: DataFile[] }>();
  for (const { file, specId } of await liveFiles(scan, context)) {
    if (file.content !== contents.data) continue;
    const own = specOf(metadata, specId).fields.map((field) => field["field-id"]);
    const values = fields.map(({ id }) => file.partition[own.indexOf(id)]);
    const key = JSON.stringify(values.map((value, at) => value !== undefined && shownValue(fields[at]!.type, value)));
    const group = groups.get(key);
    if (group) group.files.push(file);
    else groups.set(key, { values, files: [file] });
  }
  const columns = schema.fields.filter((field) => typeof field.type === "string");
  const partition: Column[] =
    fields.length > 0
      ? [["partition", `row(${fields.map(({ name, type }) => `"${name}" ${trinoTypeOf(type)}`).join(", ")})`]]
      : [];
  const bounds = columns.map(
    ({ name, type }) =>
      `"${name.toLowerCase()}" row(min ${trinoTypeOf(type)}, max ${trinoTypeOf(type)}, null_count bigint, nan_count bigint)`,
  );
  return {
    columns: [
      ...partition,
      ...([
        ["record_count", "bigint"],
        ["file_count", "bigint"],
        ["total_size", "bigint"],
      ] as const),
      ...(bounds.length > 0 ? [["data", `row(${bounds.join(", ")})`] as const] : []),
    ],
    rows: [...groups.values()].map(({ files, values }) => [
      ...(fields.length > 0
        ? [struct(fields.map(({ name, type }, at) => [name, literal(type, values[at])] as const))]
        : []),
      whole(sum(files, ({ recordCount }) => recordCount)),
      whole(files.length),
      whole(sum(files, ({ sizeBytes }) => sizeBytes)),
      ...(bounds.length > 0
        ? [struct(columns.map(({ id, name, type }) => [name.toLowerCase(), boundsOf(files, id, type as string)]))]
        : []),
    ]),
  };
}

const sum = (files: readonly DataFile[], of: (file: DataFile) => Whole): bigint =>
  files.reduce((total, file) => total + BigInt(of(file)), 0n);
const struct = (fields: readonly (readonly [string, string])[]): string =>
  `{${fields.map(([name, value]) => `"${name.replaceAll('"', '""')}": ${value}`).join(", ")}}`;

function partitionFields(metadata: TableMetadata, schema: IcebergStruct) {
  const fields = new Map<number, { id: number; name: string; type: string }>();
  for (const spec of metadata["partition-specs"])
    for (const field of spec.fields) {
      const source = fieldOf(schema, field["source-id"])?.type;
      if (typeof source !== "string" || field.transform === "void") continue;
      const type = transformNamed(field.transform).type(source);
      fields.set(field["field-id"], { id: field["field-id"], name: field.name.toLowerCase(), type });
    }
  return [...fields.values()];
}

/** SQL of a value, as queries hold it. */
export function literal(type: string, value: PlainValue | undefined): string {
  const target: Readonly<Record<string, string>> = {
    ...{ int: "INTEGER", long: "BIGINT", float: "FLOAT", double: "DOUBLE", boolean: "BOOLEAN", date: "DATE" },
    ...{ string: "VARCHAR", uuid: "UUID", timestamp: "TIMESTAMP", time: "TIME" },
  };
  const duckdb = target[type] ?? (type.startsWith("decimal") ? type : "BLOB");
  if (type === "timestamptz")
    return value === undefined ? "NULL::STRUCT(i TIMESTAMP, z VARCHAR)" : moment(Number(value) / 1000);
  if (value === undefined) return `CAST(NULL AS ${duckdb})`;
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value).toString("hex");
    return type === "uuid" ? `CAST('${hex}' AS UUID)` : `unhex('${hex}')`;
  }
  if (type === "time") return `(TIME '00:00:00' + to_microseconds(CAST(${value} AS BIGINT)))`;
  if (type === "timestamp") return `make_timestamp(CAST(${value} AS BIGINT))`;
  return `CAST(${text(shownValue(type, value))} AS ${duckdb})`;
}

function boundsOf(files: readonly DataFile[], id: number, type: string): string {
  const values = (of: (file: DataFile) => ReadonlyMap<number, Uint8Array> | undefined) =>
    files.flatMap((file) => {
      const bytes = of(file)?.get(id);
      return bytes ? [readValue(type, bytes)] : [];
    });
  const counts = (of: (file: DataFile) => ReadonlyMap<number, Whole> | undefined) =>
    files.every((file) => of(file)?.has(id)) ? sum(files, (file) => of(file)!.get(id)!) : undefined;
  const lowers = values((file) => file.lowerBounds).sort(compareValues);
  const uppers = values((file) => file.upperBounds).sort(compareValues);
  return struct([
    ["min", literal(type, lowers[0])],
    ["max", literal(type, uppers.at(-1))],
    ["null_count", whole(counts((file) => file.nullCounts))],
    ["nan_count", whole(counts((file) => file.nanCounts))],
  ]);
}
