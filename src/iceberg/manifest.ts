import type { AvroType, Whole } from "./avro-codec.ts";
import { byField, list, optional, required } from "./avro-field.ts";
import { type Deflate, readAvroFile, writeAvroFile } from "./avro-file.ts";
import { writeExactJson } from "./exact-json.ts";
import { avroTypeOf, type PlainValue, partitionFromAvro, partitionToAvro } from "./iceberg-value.ts";
import type { ManifestFile } from "./manifest-list.ts";
import { fieldOf, type IcebergSchema, type IcebergStruct, type PartitionSpec } from "./table-metadata.ts";
import { transformNamed } from "./transform.ts";

/** What a file holds: rows, positions of deleted rows, or values that deleted rows have. */
export const contents = { data: 0, positionDeletes: 1, equalityDeletes: 2 } as const;
export const statuses = { existing: 0, added: 1, deleted: 2 } as const;

type ByField<T> = ReadonlyMap<number, T>;

/** A file of a table. Columns are named by the ids of their fields. */
export interface DataFile {
  readonly content: number;
  readonly path: string;
  /** "PARQUET", "AVRO" or "ORC". */
  readonly format: string;
  /** The values of the partition fields, in the order of the spec; undefined for null. */
  readonly partition: readonly (PlainValue | undefined)[];
  readonly recordCount: Whole;
  readonly sizeBytes: Whole;
  readonly columnSizes?: ByField<Whole> | undefined;
  readonly valueCounts?: ByField<Whole> | undefined;
  readonly nullCounts?: ByField<Whole> | undefined;
  readonly nanCounts?: ByField<Whole> | undefined;
  /** As valueBytes writes values. */
  readonly lowerBounds?: ByField<Uint8Array> | undefined;
  readonly upperBounds?: ByField<Uint8Array> | undefined;
  readonly splitOffsets?: readonly Whole[] | undefined;
  readonly equalityIds?: readonly number[] | undefined;
  readonly sortOrderId?: number | undefined;
}

export interface ManifestEntry {
  readonly status: number;
  readonly snapshotId: Whole | undefined;
  /** Undefined in a manifest that is new: it is that of the snapshot that adds the manifest. */
  readonly sequenceNumber: Whole | undefined;
  readonly fileSequenceNumber: Whole | undefined;
  readonly file: DataFile;
}

/** The type of each field of a partition. A column that is gone leaves its field without a type that could be known. */
export const partitionTypes = (spec: PartitionSpec, schema: IcebergStruct): string[] =>
  spec.fields.map((field) => {
    const source = fieldOf(schema, field["source-id"])?.type;
    return typeof source === "string" ? transformNamed(field.transform).type(source) : "string";
  });

/** Names in Avro are letters, digits and underscores. */
const avroName = (name: string): string =>
  name.replaceAll(/^\d|\W/gu, (character) =>
    /\d/.test(character) ? `_${character}` : `_x${character.codePointAt(0)!.toString(16).toUpperCase()}`,
  );

function manifestSchema(spec: PartitionSpec, types: readonly string[]): AvroType {
  const partition: AvroType = {
    ...{ type: "record", name: "r102" },
    fields: spec.fields.map((field, at) => optional(avroName(field.name), field["field-id"], avroTypeOf(types[at]!))),
  };
  const file: AvroType = {
    ...{ type: "record", name: "r2" },
    fields: [
      required("content", 134, "int"),
      required("file_path", 100, "string"),
      required("file_format", 101, "string"),
      required("partition", 102, partition),
      required("record_count", 103, "long"),
      required("file_size_in_bytes", 104, "long"),
      byField("column_sizes", 108, 117, "long"),
      byField("value_counts", 109, 119, "long"),
      byField("null_value_counts", 110, 121, "long"),
      byField("nan_value_counts", 137, 138, "long"),
      byField("lower_bounds", 125, 126, "bytes"),
      byField("upper_bounds", 128, 129, "bytes"),
      optional("key_metadata", 131, "bytes"),
      list("split_offsets", 132, 133, "long"),
      list("equality_ids", 135, 136, "int"),
      optional("sort_order_id", 140, "int"),
    ],
  };
  return {
    ...{ type: "record", name: "manifest_entry" },
    fields: [
      required("status", 0, "int"),
      optional("snapshot_id", 1, "long"),
      optional("sequence_number", 3, "long"),
      optional("file_sequence_number", 4, "long"),
      required("data_file", 2, file),
    ],
  };
}

type Row = Readonly<Record<string, unknown>>;
type Pairs<T> = readonly { readonly key: number; readonly value: T }[] | undefined;
const toMap = <T>(pairs: unknown): ByField<T> | undefined =>
  (pairs as Pairs<T>) && new Map((pairs as NonNullable<Pairs<T>>).map(({ key, value }) => [key, value]));
const toPairs = <T>(map: ByField<T> | undefined): Pairs<T> => map && [...map].map(([key, value]) => ({ key, value }));

/** Writes a manifest: files of one spec, all of them data or all of them deletes. */
export function writeManifest(
  of: {
    readonly schema: IcebergSchema;
    readonly spec: PartitionSpec;
    readonly content: "data" | "deletes";
    readonly entries: readonly ManifestEntry[];
  },
  sync: Uint8Array,
  deflate: Pick<Deflate, "deflate">,
): Uint8Array {
  const { spec, schema, content, entries } = of;
  const types = partitionTypes(spec, schema);
  const names = spec.fields.map(({ name }) => avroName(name));
  const records = entries.map(({ status, snapshotId, sequenceNumber, fileSequenceNumber, file }) => ({
    ...{ status, snapshot_id: snapshotId, sequence_number: sequenceNumber, file_sequence_number: fileSequenceNumber },
    data_file: {
      ...{ content: file.content, file_path: file.path, file_format: file.format, record_count: file.recordCount },
      partition: Object.fromEntries(names.map((name, at) => [name, partitionToAvro(types[at]!, file.partition[at])])),
      file_size_in_bytes: file.sizeBytes,
      ...{ column_sizes: toPairs(file.columnSizes), value_counts: toPairs(file.valueCounts) },
      ...{ null_value_counts: toPairs(file.nullCounts), nan_value_counts: toPairs(file.nanCounts) },
      ...{ lower_bounds: toPairs(file.lowerBounds), upper_bounds: toPairs(file.upperBounds) },
      ...{ split_offsets: file.splitOffsets, equality_ids: file.equalityIds, sort_order_id: file.sortOrderId },
    },
  }));
  const metadata = {
    ...{ schema: writeExactJson(schema), "schema-id": String(schema["schema-id"]), content, "format-version": "2" },
    ...{ "partition-spec": JSON.stringify(spec.fields), "partition-spec-id": String(spec["spec-id"]) },
  };
  return writeAvroFile({ schema: manifestSchema(spec, types), metadata, records }, sync, deflate);
}

/**
 * Reads the entries of a manifest, of format version 1 or 2. What an entry leaves open it has from the manifest list.
 * @param of the manifest's row of the list
 */
export function readManifest(
  bytes: Uint8Array,
  of: Pick<ManifestFile, "sequenceNumber" | "addedSnapshotId">,
  inflate: Pick<Deflate, "inflate">,
): ManifestEntry[] {
  const { schema, metadata, records } = readAvroFile(bytes, inflate);
  const fileType = (schema as AvroType).fields!.find(({ name }) => name === "data_file")!.type as AvroType;
  const partitionFields = (fileType.fields!.find(({ name }) => name === "partition")!.type as AvroType).fields!;
  const spec = { "spec-id": 0, fields: JSON.parse(metadata["partition-spec"] ?? "[]") } as PartitionSpec;
  const types = partitionTypes(spec, JSON.parse(metadata.schema ?? '{"fields":[]}') as IcebergSchema);
  return (records as readonly Row[]).map((entry) => {
    const file = entry.data_file as Row;
    const partition = file.partition as Row;
    const isAdded = entry.status === statuses.added;
    const inherited = isAdded || of.sequenceNumber === 0 ? of.sequenceNumber : undefined;
    return {
      status: entry.status as number,
      snapshotId: (entry.snapshot_id as Whole | undefined) ?? of.addedSnapshotId,
      sequenceNumber: (entry.sequence_number as Whole | undefined) ?? inherited,
      fileSequenceNumber: (entry.file_sequence_number as Whole | undefined) ?? inherited,
      file: {
        content: (file.content as number | undefined) ?? contents.data,
        path: file.file_path as string,
        format: String(file.file_format).toUpperCase(),
        partition: partitionFields.map(({ name }, at) => partitionFromAvro(types[at] ?? "string", partition[name])),
        recordCount: file.record_count as Whole,
        sizeBytes: file.file_size_in_bytes as Whole,
        columnSizes: toMap(file.column_sizes),
        valueCounts: toMap(file.value_counts),
        nullCounts: toMap(file.null_value_counts),
        nanCounts: toMap(file.nan_value_counts),
        lowerBounds: toMap(file.lower_bounds),
        upperBounds: toMap(file.upper_bounds),
        splitOffsets: file.split_offsets as Whole[] | undefined,
        equalityIds: file.equality_ids as number[] | undefined,
        sortOrderId: file.sort_order_id as number | undefined,
      },
    };
  });
}
