import type { Whole } from "./avro-codec.ts";
import type { Deflate } from "./avro-file.ts";
import { compareValues, type PlainValue, valueBytes } from "./iceberg-value.ts";
import { contents, type DataFile, type ManifestEntry, partitionTypes, statuses, writeManifest } from "./manifest.ts";
import { type FieldSummary, type ManifestFile, writeManifestList } from "./manifest-list.ts";
import {
  type PartitionSpec,
  schemaOf,
  snapshotOf,
  specOf,
  type TableMetadata,
  withSnapshot,
} from "./table-metadata.ts";

/** What a commit makes of the files of a table. */
export interface FileChanges {
  readonly operation: "append" | "overwrite" | "delete" | "replace";
  /** Data, and deletes; of the default spec where no other is named. */
  readonly added: readonly AddedFile[];
  /** Rows that were there before keep the sequence number of then, so that later deletes concern them. */
  readonly dataSequenceNumber?: Whole;
  /** Paths of files that are no longer of the table. */
  readonly removed?: ReadonlySet<string>;
  /** Further members of the snapshot's summary. */
  readonly summary?: Readonly<Record<string, string>>;
}

export interface AddedFile extends DataFile {
  readonly specId?: number;
}

/** The manifests of the current snapshot, with their entries as far as files are removed from them. */
export interface KnownManifests {
  readonly manifests: readonly ManifestFile[];
  readonly entries: ReadonlyMap<string, readonly ManifestEntry[]>;
}

export interface NewSnapshot {
  /** What is to be written before the metadata: manifests and their list. */
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  readonly metadata: TableMetadata;
}

/** A file that was to be removed is no longer of the table: another commit came between. */
export class FileGone extends Error {
  constructor(path: string) {
    super(`Iceberg: ${path} is no longer a file of the table`);
    this.name = "FileGone";
  }
}

/**
 * Makes the next snapshot of a table. Nothing is written: the caller writes the files, then the metadata, and then
 * points the catalog to it, if that still points to what it was made from.
 * @param of.snapshotId a random number that is not negative
 * @throws FileGone
 */
export function newSnapshot(
  metadata: TableMetadata,
  known: KnownManifests,
  changes: FileChanges,
  of: {
    readonly snapshotId: Whole;
    readonly uuid: string;
    readonly now: number;
    readonly sync: Uint8Array;
    readonly deflate: Pick<Deflate, "deflate">;
  },
): NewSnapshot {
  const { snapshotId, uuid } = of;
  const { added, removed = new Set<string>() } = changes;
  const sequenceNumber = Number(metadata["last-sequence-number"]) + 1;
  const files: { path: string; bytes: Uint8Array }[] = [];
  const manifests: ManifestFile[] = [];
  const write = (spec: PartitionSpec, content: "data" | "deletes", entries: readonly ManifestEntry[]) => {
    const schema = schemaOf(metadata);
    const bytes = writeManifest({ schema, spec, content, entries }, of.sync, of.deflate);
    const path = `${metadataFolder(metadata)}/${uuid}-m${files.length}.avro`;
    files.push({ path, bytes });
    manifests.push({
      ...{ path, sizeBytes: bytes.length, specId: spec["spec-id"], content, sequenceNumber },
      ...{ addedSnapshotId: snapshotId, ...countsOf(entries, sequenceNumber) },
      partitions: summariesOf(entries, partitionTypes(spec, schema)),
    });
  };

  for (const content of ["data", "deletes"] as const) {
    const own = added.filter((file) => (file.content === contents.data) === (content === "data"));
    const entry = (file: DataFile): ManifestEntry => ({
      ...{ status: statuses.added, snapshotId, file, fileSequenceNumber: undefined },
      sequenceNumber: content === "data" ? changes.dataSequenceNumber : undefined,
    });
    for (const [specId, some] of Map.groupBy(own, (file) => file.specId))
      write(specOf(metadata, specId), content, some.map(entry));
  }
  const gone: DataFile[] = [];
  for (const manifest of known.manifests) {
    // What it removed is not of the snapshot before this one either.
    if (Number(manifest.files.added) + Number(manifest.files.existing) === 0) continue;
    const live = known.entries.get(manifest.path)?.filter(({ status }) => status !== statuses.deleted) ?? [];
    const own = live.filter(({ file }) => removed.has(file.path));
    if (own.length === 0) {
      manifests.push(manifest);
      continue;
    }
    gone.push(...own.map(({ file }) => file));
    const left = live.map((one): ManifestEntry => {
      const isGone = removed.has(one.file.path);
      return isGone ? { ...one, status: statuses.deleted, snapshotId } : { ...one, status: statuses.existing };
    });
    write(specOf(metadata, manifest.specId), manifest.content, left);
  }
  const found = new Set(gone.map(({ path }) => path));
  for (const path of removed) if (!found.has(path)) throw new FileGone(path);

  const parent = snapshotOf(metadata);
  const parentId = parent?.["snapshot-id"];
  const listed = { snapshotId, parentId, sequenceNumber };
  const listPath = `${metadataFolder(metadata)}/snap-${snapshotId}-0-${uuid}.avro`;
  files.push({ path: listPath, bytes: writeManifestList(manifests, listed, of.sync, of.deflate) });
  const summary = summaryOf(changes, gone, parent?.summary ?? {});
  return {
    files,
    metadata: withSnapshot(metadata, {
      ...{ "snapshot-id": snapshotId, "sequence-number": sequenceNumber, "timestamp-ms": of.now },
      ...(parentId !== undefined && { "parent-snapshot-id": parentId }),
      ...{ "manifest-list": listPath, "schema-id": metadata["current-schema-id"] },
      summary: { operation: changes.operation, ...summary, ...changes.summary },
    }),
  };
}

/** Where the metadata of a table lies. */
export const metadataFolder = (metadata: TableMetadata): string =>
  (metadata.properties["write.metadata.path"] ?? `${metadata.location}/metadata`).replace(/\/+$/, "");

/** The name of a metadata file: its number is one more than that of the file that it replaces. */
export function metadataPath(metadata: TableMetadata, previous: string | undefined, uuid: string): string {
  const number = Number(/\/v?(\d+)[^/]*$/.exec(previous ?? "")?.[1] ?? -1) + 1;
  return `${metadataFolder(metadata)}/${String(number).padStart(5, "0")}-${uuid}.metadata.json`;
}

function countsOf(entries: readonly ManifestEntry[], sequenceNumber: number) {
  const of = (status: number) => entries.filter((entry) => entry.status === status);
  const rows = (status: number) => of(status).reduce((sum, { file }) => sum + Number(file.recordCount), 0);
  const { added, existing, deleted } = statuses;
  const live = entries.filter(({ status }) => status !== deleted);
  return {
    files: { added: of(added).length, existing: of(existing).length, deleted: of(deleted).length },
    rows: { added: rows(added), existing: rows(existing), deleted: rows(deleted) },
    minimumSequenceNumber: Math.min(...live.map((one) => Number(one.sequenceNumber ?? sequenceNumber)), sequenceNumber),
  };
}

function summariesOf(entries: readonly ManifestEntry[], types: readonly string[]): FieldSummary[] {
  return types.map((type, at) => {
    const all = entries.map(({ file }) => file.partition[at]);
    const values = all.filter((value): value is PlainValue => value !== undefined && !Number.isNaN(value));
    const order = values.toSorted(compareValues);
    const bound = (value: PlainValue | undefined) => (value === undefined ? undefined : valueBytes(type, value));
    return {
      ...{ containsNull: all.includes(undefined), containsNan: all.some(Number.isNaN) },
      ...{ lowerBound: bound(order[0]), upperBound: bound(order.at(-1)) },
    };
  });
}

/** Counts what a snapshot adds and removes, and what it then holds. */
function summaryOf(
  { added }: FileChanges,
  gone: readonly DataFile[],
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const summary: Record<string, string> = {};
  const count = (files: readonly DataFile[], content: number | undefined, of: (file: DataFile) => Whole) =>
    files
      .filter((file) => content === undefined || file.content === content)
      .reduce((sum, file) => sum + Number(of(file)), 0);
  const isDelete = (file: DataFile) => (file.content === contents.data ? 0 : 1);
  const rows: readonly [string, string, string, (files: readonly DataFile[]) => number][] = [
    ["added-data-files", "deleted-data-files", "total-data-files", (files) => count(files, contents.data, () => 1)],
    ["added-delete-files", "removed-delete-files", "total-delete-files", (files) => count(files, undefined, isDelete)],
    [
      "added-records",
      "deleted-records",
      "total-records",
      (files) => count(files, contents.data, (one) => one.recordCount),
    ],
    [
      "added-files-size",
      "removed-files-size",
      "total-files-size",
      (files) => count(files, undefined, (one) => one.sizeBytes),
    ],
    [
      ...(["added-position-deletes", "removed-position-deletes", "total-position-deletes"] as const),
      (files) => count(files, contents.positionDeletes, (one) => one.recordCount),
    ],
    [
      ...(["added-equality-deletes", "removed-equality-deletes", "total-equality-deletes"] as const),
      (files) => count(files, contents.equalityDeletes, (one) => one.recordCount),
    ],
  ];
  for (const [adds, removes, totals, of] of rows) {
    const [more, less] = [of(added), of(gone)];
    if (more > 0) summary[adds] = String(more);
    if (less > 0) summary[removes] = String(less);
    summary[totals] = String(Number(before[totals] ?? 0) + more - less);
  }
  return summary;
}
