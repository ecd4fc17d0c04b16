import { type Expired, expireSnapshots, type Retention } from "../iceberg/expire-snapshots.ts";
import { statuses } from "../iceberg/manifest.ts";
import type { Snapshot, TableMetadata } from "../iceberg/table-metadata.ts";
import type { Context } from "./context.ts";
import {
  commitIceberg,
  type IcebergName,
  type IcebergTable,
  loadIcebergTable,
  placeOf,
  readManifests,
} from "./iceberg-table.ts";

type Caller = Pick<Context, "call">;

/** Files of snapshots, by what they are. */
export interface SnapshotFiles {
  readonly manifestLists: Set<string>;
  readonly manifests: Set<string>;
  readonly data: Set<string>;
}

/** The files that snapshots are made of: their manifests, and what these name. */
export async function filesOfSnapshots(context: Caller, snapshots: readonly Snapshot[]): Promise<SnapshotFiles> {
  const files = { manifestLists: new Set<string>(), manifests: new Set<string>(), data: new Set<string>() };
  for (const snapshot of snapshots) {
    files.manifestLists.add(snapshot["manifest-list"]);
    const manifests = await readManifests(context, snapshot, ({ path }) => !files.manifests.has(path));
    for (const [{ path }, entries] of manifests) {
      files.manifests.add(path);
      for (const { file, status } of entries) if (status !== statuses.deleted) files.data.add(file.path);
    }
  }
  return files;
}

/** All files of a table: of its snapshots, and its metadata with what that remembers. */
export async function reachableFiles(
  context: Caller,
  { location, metadata }: Pick<IcebergTable, "location" | "metadata">,
): Promise<Set<string>> {
  const { data, manifestLists, manifests } = await filesOfSnapshots(context, metadata.snapshots);
  const log = metadata["metadata-log"].map((entry) => entry["metadata-file"]);
  return new Set([...data, ...manifestLists, ...manifests, location, ...log]);
}

/** So many objects are removed by one request. */
const removedAtOnce = 1000;

/** Removes files as the caller. */
export async function removeFiles({ call }: Caller, paths: Iterable<string>): Promise<void> {
  const byBucket = Map.groupBy([...paths].map(placeOf), ({ Bucket }) => Bucket);
  for (const [Bucket, places] of byBucket)
    for (let at = 0; at < places.length; at += removedAtOnce) {
      const Objects = places.slice(at, at + removedAtOnce).map(({ Key }) => ({ Key }));
      await call("s3", "DeleteObjects", { Bucket, Delete: { Objects, Quiet: true } });
    }
}

export interface ExpiredFiles {
  /** How many files were removed, by what they were. */
  readonly removed: { readonly manifestLists: number; readonly manifests: number; readonly data: number };
}

/**
 * Takes old snapshots and metadata files out of a table, as the caller, and removes the files that nothing of it names any
 * more.
 * @param retentionOf what is kept
 * @param cleans whether files are removed; else they stay where they are
 */
export async function expireIceberg(
  context: Context,
  name: IcebergName,
  retentionOf: (metadata: TableMetadata) => Retention,
  { cleans, signal }: { readonly cleans: boolean; readonly signal: AbortSignal },
): Promise<ExpiredFiles> {
  let expired: Expired | undefined;
  await commitIceberg(context, name, (table) => {
    signal.throwIfAborted();
    expired = expireSnapshots(table.metadata, retentionOf(table.metadata), context.clock.now());
    return { metadata: expired.metadata };
  });
  const { metadataFiles, snapshots } = expired!;
  if (!cleans || snapshots.length + metadataFiles.length === 0)
    return { removed: { manifestLists: 0, manifests: 0, data: 0 } };
  const reachable = await reachableFiles(context, await loadIcebergTable(context, name));
  const { data, manifestLists, manifests } = await filesOfSnapshots(context, snapshots);
  const gone = (paths: Iterable<string>) => [...paths].filter((path) => !reachable.has(path));
  const lists = { manifestLists: gone(manifestLists), manifests: gone(manifests), data: gone(data) };
  await removeFiles(context, [...Object.values(lists).flat(), ...gone(metadataFiles)]);
  const count = ({ length }: readonly string[]) => length;
  return {
    removed: {
      manifestLists: count(lists.manifestLists),
      manifests: count(lists.manifests),
      data: count(lists.data),
    },
  };
}

/**
 * Removes the objects in some folders of a table that nothing of it names and that are older than a time, as the caller.
 * Young ones may be those of a commit that is under way.
 * @param folders the folders: "s3://bucket/table/data/"; those for data and metadata when left out
 * @returns how many were removed
 */
export async function removeOrphans(
  context: Caller,
  table: Pick<IcebergTable, "location" | "metadata">,
  before: number,
  folders: readonly string[] = foldersOf(table.metadata),
): Promise<number> {
  const reachable = await reachableFiles(context, table);
  const own = new Set([...reachable].map(plain));
  const orphans: string[] = [];
  for (const folder of folders) {
    const { Bucket, Key: Prefix } = placeOf(folder);
    let ContinuationToken: string | undefined;
    do {
      const page = await context.call("s3", "ListObjectsV2", {
        ...{ Bucket, Prefix },
        ...(ContinuationToken !== undefined && { ContinuationToken }),
      });
      for (const { Key = "", LastModified } of page.Contents ?? []) {
        const path = `s3://${Bucket}/${Key}`;
        if (!own.has(path) && LastModified && LastModified.getTime() < before) orphans.push(path);
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }
  await removeFiles(context, orphans);
  return orphans.length;
}

/** Spark's older file systems write s3a and s3n. */
const plain = (path: string): string => path.replace(/^s3[an]:/, "s3:");

const foldersOf = ({ location }: TableMetadata): string[] =>
  ["data", "metadata"].map((folder) => `${plain(location).replace(/\/+$/, "")}/${folder}/`);
