import type { Snapshot, TableMetadata } from "./table-metadata.ts";

/** What is kept of the past of a table. */
export interface Retention {
  /** Snapshots younger than that are kept. */
  readonly maxAgeMilliseconds: number;
  /** So many of each branch are kept, however old they are. */
  readonly minSnapshots: number;
  /** So many earlier metadata files are kept. */
  readonly maxMetadataFiles: number;
}

export interface Expired {
  readonly metadata: TableMetadata;
  readonly snapshots: readonly Snapshot[];
  readonly metadataFiles: readonly string[];
}

/** Takes old snapshots and metadata files out of a table. What a tag or a branch names is kept. */
export function expireSnapshots(metadata: TableMetadata, retention: Retention, now: number): Expired {
  const byId = new Map(metadata.snapshots.map((one) => [String(one["snapshot-id"]), one]));
  const kept = new Set<string>();
  const current = metadata["current-snapshot-id"];
  const branches = Object.values(metadata.refs).filter((ref) => ref.type === "branch");
  const heads = [...branches.map((ref) => ref["snapshot-id"]), ...(current === undefined ? [] : [current])];
  for (const head of heads) {
    let count = 0;
    for (let one = byId.get(String(head)); one; one = byId.get(String(one["parent-snapshot-id"]))) {
      const isYoung = now - one["timestamp-ms"] < retention.maxAgeMilliseconds;
      if (count++ < Math.max(1, retention.minSnapshots) || isYoung) kept.add(String(one["snapshot-id"]));
    }
  }
  for (const ref of Object.values(metadata.refs)) kept.add(String(ref["snapshot-id"]));
  for (const one of metadata.snapshots)
    if (now - one["timestamp-ms"] < retention.maxAgeMilliseconds) kept.add(String(one["snapshot-id"]));

  const isKept = (one: Pick<Snapshot, "snapshot-id">) => kept.has(String(one["snapshot-id"]));
  const log = metadata["metadata-log"];
  const firstKept = Math.max(0, log.length - retention.maxMetadataFiles);
  const snapshots = metadata.snapshots.filter((one) => !isKept(one));
  const metadataFiles = log.slice(0, firstKept).map((entry) => entry["metadata-file"]);
  if (snapshots.length === 0 && metadataFiles.length === 0) return { metadata, snapshots, metadataFiles };
  return {
    ...{ snapshots, metadataFiles },
    metadata: {
      ...metadata,
      "last-updated-ms": Math.max(now, metadata["last-updated-ms"]),
      snapshots: metadata.snapshots.filter(isKept),
      "snapshot-log": metadata["snapshot-log"].filter(isKept),
      "metadata-log": log.slice(firstKept),
    },
  };
}
