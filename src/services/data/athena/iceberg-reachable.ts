import type { Context } from "../../../frame/context.ts";
import {
  type IcebergTable,
  IcebergUnreadable,
  placeOf,
  readIcebergTable,
  readManifests,
} from "../../../frame/iceberg-table.ts";
import { statuses } from "../../../iceberg/manifest.ts";
import type { Snapshot } from "../../../iceberg/table-metadata.ts";
import type { CatalogTable } from "./file-format.ts";
import type { QueryRun } from "./query-run.ts";
import { keysBelow } from "./s3-keys.ts";

/** The files that snapshots are made of: their manifests, and what these name. */
export async function filesOfSnapshots(
  context: Pick<Context, "call">,
  snapshots: readonly Snapshot[],
): Promise<Set<string>> {
  const paths = new Set<string>();
  const seen = new Set<string>();
  for (const snapshot of snapshots) {
    paths.add(snapshot["manifest-list"]);
    const manifests = await readManifests(context, snapshot, ({ path }) => !seen.has(path));
    for (const [{ path }, entries] of manifests) {
      seen.add(path);
      paths.add(path);
      for (const { file, status } of entries) if (status !== statuses.deleted) paths.add(file.path);
    }
  }
  return paths;
}

/** All files of a table: of its snapshots, and its metadata with what that remembers. */
export async function reachableFiles(
  context: Pick<Context, "call">,
  { location, metadata }: Pick<IcebergTable, "location" | "metadata">,
): Promise<Set<string>> {
  const paths = await filesOfSnapshots(context, metadata.snapshots);
  paths.add(location);
  for (const entry of metadata["metadata-log"]) paths.add(entry["metadata-file"]);
  return paths;
}

/**
 * The files of a table that is dropped: what it names, and what lies in its folders for data and metadata. Of a table whose
 * metadata cannot be read nothing is known.
 */
export async function dataOf(run: QueryRun, table: CatalogTable): Promise<Iterable<string>> {
  try {
    const loaded = await readIcebergTable(run.context, table);
    const paths = await reachableFiles(run.context, loaded);
    const { location } = loaded.metadata;
    for (const folder of ["data", "metadata"]) {
      const below = `${location.replace(/^s3[an]:/, "s3:").replace(/\/+$/, "")}/${folder}/`;
      for (const key of await keysBelow(run.context, below)) paths.add(`s3://${placeOf(`${below}x`).Bucket}/${key}`);
    }
    return paths;
  } catch (error) {
    if (error instanceof IcebergUnreadable) return [];
    throw error;
  }
}

/** So many objects are removed by one request. */
const removedAtOnce = 1000;

/** Removes files as the caller. */
export async function removeAll({ context }: QueryRun, paths: Iterable<string>): Promise<void> {
  const byBucket = Map.groupBy([...paths].map(placeOf), ({ Bucket }) => Bucket);
  for (const [Bucket, places] of byBucket)
    for (let at = 0; at < places.length; at += removedAtOnce) {
      const Objects = places.slice(at, at + removedAtOnce).map(({ Key }) => ({ Key }));
      await context.call("s3", "DeleteObjects", { Bucket, Delete: { Objects, Quiet: true } });
    }
}
