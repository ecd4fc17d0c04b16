import { type IcebergTable, IcebergUnreadable, placeOf, readIcebergTable } from "../../../frame/iceberg-table.ts";
import { filesOfSnapshots, removeFiles } from "../../../frame/iceberg-upkeep.ts";
import type { CatalogTable } from "./file-format.ts";
import type { QueryRun } from "./query-run.ts";
import { keysBelow } from "./s3-keys.ts";

/** The files of a table that is dropped. */
export interface DroppedFiles {
  readonly data: ReadonlySet<string>;
  /** What leads to the data: manifests, their lists, metadata files that were current before. */
  readonly leading: ReadonlySet<string>;
  /** The current metadata file. */
  readonly current: string;
}

/**
 * The files of a table that is dropped: what it names, and what lies in its folders for data and metadata. Undefined for a
 * table whose metadata cannot be read: nothing is known of it.
 */
export async function dataOf(run: QueryRun, table: CatalogTable): Promise<DroppedFiles | undefined> {
  try {
    const loaded = await readIcebergTable(run.context, table);
    return dropped(loaded, await namedFiles(run, loaded), await filesBelow(run, loaded));
  } catch (error) {
    if (error instanceof IcebergUnreadable) return undefined;
    throw error;
  }
}

/** Removes the files of a table that is no longer in the catalog, so that what is left always leads to the rest. */
export async function removeData({ context }: QueryRun, { current, data, leading }: DroppedFiles): Promise<void> {
  for (const paths of [data, leading, [current]]) await removeFiles(context, paths);
}

/**
 * Removes what an attempt that was killed has left of a table.
 * @param current its current metadata file, which goes last
 * @param evenUnnamed whether all that lies in the table's folders goes: nothing else may be there
 */
export async function removeRest(
  run: QueryRun,
  current: string,
  { evenUnnamed }: { readonly evenUnnamed: boolean },
): Promise<void> {
  const entry = { Name: "", Parameters: { table_type: "ICEBERG", metadata_location: current } };
  const loaded = await unlessGone(() => readIcebergTable(run.context, entry));
  if (!loaded) return;
  // Where a manifest is gone, so is all data that one named.
  const named = (await unlessGone(() => namedFiles(run, loaded))) ?? { data: [], leading: [] };
  const below = evenUnnamed ? await filesBelow(run, loaded) : { data: [], leading: [] };
  await removeData(run, dropped(loaded, named, below));
}

async function unlessGone<Found>(read: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof IcebergUnreadable) return undefined;
    throw error;
  }
}

interface Files {
  readonly data: Iterable<string>;
  readonly leading: Iterable<string>;
}

function dropped({ location, metadata }: IcebergTable, named: Files, below: Files): DroppedFiles {
  const log = metadata["metadata-log"].map((entry) => entry["metadata-file"]);
  const [data, leading] = [
    new Set([...named.data, ...below.data]),
    new Set([...named.leading, ...below.leading, ...log]),
  ];
  for (const path of [location, plain(location)]) leading.delete(path);
  return { data, leading, current: location };
}

async function namedFiles({ context }: QueryRun, { metadata }: IcebergTable): Promise<Files> {
  const { data, manifestLists, manifests } = await filesOfSnapshots(context, metadata.snapshots);
  return { data, leading: [...manifestLists, ...manifests] };
}

async function filesBelow(run: QueryRun, { metadata }: IcebergTable): Promise<Files> {
  const below = async (folder: string) => {
    const prefix = `${plain(metadata.location).replace(/\/+$/, "")}/${folder}/`;
    const { Bucket } = placeOf(`${prefix}x`);
    return (await keysBelow(run.context, prefix)).map((key) => `s3://${Bucket}/${key}`);
  };
  return { data: await below("data"), leading: await below("metadata") };
}

const plain = (path: string): string => path.replace(/^s3[an]:/, "s3:");
