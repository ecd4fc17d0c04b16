import type { AvroType, Whole } from "./avro-codec.ts";
import { list, optional, required } from "./avro-field.ts";
import { type Deflate, readAvroFile, writeAvroFile } from "./avro-file.ts";

type Row = Readonly<Record<string, unknown>>;

/** What the manifest list says of the values that a partition field has in a manifest. */
export interface FieldSummary {
  readonly containsNull: boolean;
  readonly containsNan?: boolean | undefined;
  readonly lowerBound?: Uint8Array | undefined;
  readonly upperBound?: Uint8Array | undefined;
}

/** A manifest as the manifest list of a snapshot names it. */
export interface ManifestFile {
  readonly path: string;
  readonly sizeBytes: Whole;
  readonly specId: number;
  readonly content: "data" | "deletes";
  readonly sequenceNumber: Whole;
  readonly minimumSequenceNumber: Whole;
  readonly addedSnapshotId: Whole;
  readonly files: Readonly<Record<"added" | "existing" | "deleted", Whole>>;
  readonly rows: Readonly<Record<"added" | "existing" | "deleted", Whole>>;
  readonly partitions?: readonly FieldSummary[] | undefined;
}

const listSchema: AvroType = {
  ...{ type: "record", name: "manifest_file" },
  fields: [
    required("manifest_path", 500, "string"),
    required("manifest_length", 501, "long"),
    required("partition_spec_id", 502, "int"),
    required("content", 517, "int"),
    required("sequence_number", 515, "long"),
    required("min_sequence_number", 516, "long"),
    required("added_snapshot_id", 503, "long"),
    required("added_files_count", 504, "int"),
    required("existing_files_count", 505, "int"),
    required("deleted_files_count", 506, "int"),
    required("added_rows_count", 512, "long"),
    required("existing_rows_count", 513, "long"),
    required("deleted_rows_count", 514, "long"),
    list("partitions", 507, 508, {
      ...{ type: "record", name: "r508" },
      fields: [
        required("contains_null", 509, "boolean"),
        optional("contains_nan", 518, "boolean"),
        optional("lower_bound", 510, "bytes"),
        optional("upper_bound", 511, "bytes"),
      ],
    }),
    optional("key_metadata", 519, "bytes"),
  ],
};

/** Writes the manifest list of a snapshot. */
export function writeManifestList(
  manifests: readonly ManifestFile[],
  of: { readonly snapshotId: Whole; readonly parentId: Whole | undefined; readonly sequenceNumber: Whole },
  sync: Uint8Array,
  deflate: Pick<Deflate, "deflate">,
): Uint8Array {
  const records = manifests.map((one) => ({
    ...{ manifest_path: one.path, manifest_length: one.sizeBytes, partition_spec_id: one.specId },
    content: one.content === "data" ? 0 : 1,
    ...{ sequence_number: one.sequenceNumber, min_sequence_number: one.minimumSequenceNumber },
    added_snapshot_id: one.addedSnapshotId,
    ...{ added_files_count: one.files.added, existing_files_count: one.files.existing },
    ...{ deleted_files_count: one.files.deleted, added_rows_count: one.rows.added },
    ...{ existing_rows_count: one.rows.existing, deleted_rows_count: one.rows.deleted },
    partitions: one.partitions?.map((field) => ({
      ...{ contains_null: field.containsNull, contains_nan: field.containsNan },
      ...{ lower_bound: field.lowerBound, upper_bound: field.upperBound },
    })),
  }));
  const metadata = {
    ...{ "snapshot-id": String(of.snapshotId), "parent-snapshot-id": String(of.parentId ?? "null") },
    ...{ "sequence-number": String(of.sequenceNumber), "format-version": "2" },
  };
  return writeAvroFile({ schema: listSchema, metadata, records }, sync, deflate);
}

/** Reads a manifest list, of format version 1 or 2. */
export function readManifestList(bytes: Uint8Array, inflate: Pick<Deflate, "inflate">): ManifestFile[] {
  const whole = (value: unknown): Whole => (value as Whole | undefined) ?? 0;
  return (readAvroFile(bytes, inflate).records as readonly Row[]).map((row) => ({
    path: row.manifest_path as string,
    sizeBytes: whole(row.manifest_length),
    specId: Number(whole(row.partition_spec_id)),
    content: row.content === 1 ? "deletes" : "data",
    sequenceNumber: whole(row.sequence_number),
    minimumSequenceNumber: whole(row.min_sequence_number),
    addedSnapshotId: whole(row.added_snapshot_id),
    files: {
      added: whole(row.added_files_count ?? row.added_data_files_count),
      existing: whole(row.existing_files_count ?? row.existing_data_files_count),
      deleted: whole(row.deleted_files_count ?? row.deleted_data_files_count),
    },
    rows: {
      added: whole(row.added_rows_count),
      existing: whole(row.existing_rows_count),
      deleted: whole(row.deleted_rows_count),
    },
    partitions: (row.partitions as readonly Row[] | undefined)?.map((field) => ({
      containsNull: field.contains_null as boolean,
      containsNan: field.contains_nan as boolean | undefined,
      lowerBound: field.lower_bound as Uint8Array | undefined,
      upperBound: field.upper_bound as Uint8Array | undefined,
    })),
  }));
}
