import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { deflateRawSync, gunzipSync, inflateRawSync } from "node:zlib";
import { Fault } from "../aws/faults.ts";
import type { Deflate } from "../iceberg/avro-file.ts";
import { hiveColumns } from "../iceberg/hive-type.ts";
import { type ManifestEntry, readManifest } from "../iceberg/manifest.ts";
import { type ManifestFile, readManifestList } from "../iceberg/manifest-list.ts";
import {
  type FileChanges,
  type KnownManifests,
  metadataPath,
  type NewSnapshot,
  newSnapshot,
} from "../iceberg/new-snapshot.ts";
import {
  readTableMetadata,
  type Snapshot,
  schemaOf,
  snapshotOf,
  type TableMetadata,
  withPrevious,
  writeTableMetadata,
} from "../iceberg/table-metadata.ts";
import type { OutputOf } from "../wire/operations.ts";
import type { Context } from "./context.ts";

type GlueTable = NonNullable<OutputOf<typeof import("@aws-sdk/client-glue"), "GetTable">["Table"]>;

/** How a table of Iceberg is named in the Data Catalog. */
export interface IcebergName {
  readonly DatabaseName: string;
  readonly Name: string;
}

/** A table of Iceberg as the Data Catalog points to it. */
export interface IcebergTable {
  readonly table: GlueTable;
  readonly metadata: TableMetadata;
  /** The metadata file. */
  readonly location: string;
}

/** What a commit makes of a table: metadata, and the files that it names and that are not there yet. */
export interface IcebergChange {
  readonly metadata: TableMetadata;
  readonly files?: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

/** Metadata and manifests are read into the server's memory, and so are no larger, also when they are inflated. */
const mostBytes = 256 * 1024 ** 2;

const limits = { maxOutputLength: mostBytes };
const zlib: Deflate = { deflate: deflateRawSync, inflate: (bytes) => inflateRawSync(bytes, limits) };
const mostTries = 100;
const longestPauseMilliseconds = 400;

type Caller = Pick<Context, "call">;

/** A file of a table that is gone, or is not what it should be. */
export class IcebergUnreadable extends Error {
  readonly path: string;
  readonly isMissing: boolean;
  constructor(path: string, words: string, isMissing = false) {
    super(`${path} ${words}`);
    this.name = "IcebergUnreadable";
    this.path = path;
    this.isMissing = isMissing;
  }
}

/** @throws IcebergUnreadable for what is wrong with the bytes */
async function reading<Result>(
  context: Caller,
  path: string,
  what: string,
  read: (bytes: Uint8Array) => Result,
): Promise<Result> {
  const bytes = await readFile(context, path);
  try {
    return read(bytes);
  } catch (error) {
    throw new IcebergUnreadable(path, `is no ${what}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Whether a table of the Data Catalog is one of Iceberg. */
export const isIceberg = ({ Parameters = {} }: Pick<GlueTable, "Parameters">): boolean =>
  Parameters.table_type?.toUpperCase() === "ICEBERG";

/** Reads the metadata that the Data Catalog points to, as the caller. What a resource link leads to is the table itself. */
export async function loadIcebergTable(context: Caller, name: IcebergName): Promise<IcebergTable> {
  const { Table } = await context.call("glue", "GetTable", { ...name });
  const { DatabaseName, Name } = Table!.TargetTable ?? {};
  if (DatabaseName !== undefined && Name !== undefined) return loadIcebergTable(context, { DatabaseName, Name });
  return readIcebergTable(context, Table!);
}

/** Reads the metadata of a table of the Data Catalog. */
export async function readIcebergTable(context: Caller, table: GlueTable): Promise<IcebergTable> {
  const location = table.Parameters?.metadata_location;
  if (location === undefined || !isIceberg(table))
    throw new Fault("InvalidInputException", `${table.Name} is no table of Iceberg.`);
  const metadata = await reading(context, location, "metadata of a table", (bytes) => {
    const text = location.endsWith(".gz.metadata.json") ? gunzipSync(bytes, limits) : bytes;
    return readTableMetadata(Buffer.from(text).toString());
  });
  return { table, metadata, location };
}

/** Reads the manifests of a snapshot, and the entries of those that are asked for: of all of them, if nothing else. */
export async function readManifests(
  context: Caller,
  snapshot: Snapshot | undefined,
  isWanted: (manifest: ManifestFile) => boolean = () => true,
): Promise<(readonly [ManifestFile, readonly ManifestEntry[]])[]> {
  if (!snapshot) return [];
  const manifests = await reading(context, snapshot["manifest-list"], "list of manifests", (bytes) =>
    readManifestList(bytes, zlib),
  );
  return Promise.all(
    manifests.map(async (one) => {
      if (!isWanted(one)) return [one, []] as const;
      return [one, await reading(context, one.path, "manifest", (bytes) => readManifest(bytes, one, zlib))] as const;
    }),
  );
}

/**
 * Adds files to a table and removes others, in one snapshot. `make` is called again with the newest metadata when another
 * commit came between, and may say that nothing is left to do.
 * @throws FileGone when a file that is to be removed has gone meanwhile
 */
export const commitFiles = (
  context: Context,
  name: IcebergName,
  make: (table: IcebergTable) => FileChanges | undefined | Promise<FileChanges | undefined>,
): Promise<IcebergTable> =>
  commitIceberg(context, name, async (table) => {
    const changes = await make(table);
    if (!changes) return table;
    const removes = (changes.removed?.size ?? 0) > 0;
    const manifests = await readManifests(context, snapshotOf(table.metadata), () => removes);
    const known = {
      manifests: manifests.map(([one]) => one),
      entries: new Map(manifests.map(([one, all]) => [one.path, all])),
    };
    return snapshotWith(context, table.metadata, known, changes);
  });

/** Makes the next snapshot of a table. */
export const snapshotWith = (
  context: Pick<Context, "ids" | "clock">,
  metadata: TableMetadata,
  known: KnownManifests,
  changes: FileChanges,
): NewSnapshot => {
  const [snapshotId, uuid] = [randomBytes(8).readBigUInt64BE() >> 1n, context.ids.uuid()];
  const of = { snapshotId, uuid, now: context.clock.now(), sync: randomBytes(16), deflate: zlib };
  return newSnapshot(metadata, known, changes, of);
};

/**
 * Writes new metadata of a table, and points the Data Catalog to it: only if that still points to what the change was
 * made from. Else the files are taken back and the change is made anew, a while later each time.
 */
export async function commitIceberg(
  context: Context,
  name: IcebergName,
  change: (table: IcebergTable) => IcebergChange | Promise<IcebergChange>,
): Promise<IcebergTable> {
  for (let tries = 1; ; tries++) {
    const before = await loadIcebergTable(context, name);
    const { files = [], metadata: changed } = await change(before);
    if (changed === before.metadata) return before;
    const metadata = withPrevious(changed, before.location, before.metadata["last-updated-ms"]);
    const location = metadataPath(metadata, before.location, context.ids.uuid());
    const written = [...files, { path: location, bytes: Buffer.from(writeTableMetadata(metadata)) }];
    await Promise.all(written.map(({ path, bytes }) => writeFile(context, path, bytes)));
    try {
      const TableInput = tableInput(before, metadata, location);
      const { DatabaseName = name.DatabaseName } = before.table;
      await context.call("glue", "UpdateTable", {
        ...{ DatabaseName, TableInput, VersionId: before.table.VersionId, SkipArchive: true },
      });
      return { table: { ...before.table, ...TableInput }, metadata, location };
    } catch (error) {
      // After any other fault nobody knows whether the catalog points to the files.
      if (!(error instanceof Fault) || error.code !== "ConcurrentModificationException") throw error;
      await Promise.all(written.map(({ path }) => removeFile(context, path)));
      if (tries === mostTries) throw error;
      await setTimeout(context.random.next() * Math.min(10 * 2 ** tries, longestPauseMilliseconds));
    }
  }
}

/** Writes the first metadata of a table. Returns the path of its file, to which the Data Catalog is to point. */
export async function createIceberg(context: Context, { files = [], metadata }: IcebergChange): Promise<string> {
  const location = metadataPath(metadata, undefined, context.ids.uuid());
  const written = [...files, { path: location, bytes: Buffer.from(writeTableMetadata(metadata)) }];
  await Promise.all(written.map(({ path, bytes }) => writeFile(context, path, bytes)));
  return location;
}

/** The members of a table that its input has, pointing to new metadata. */
function tableInput({ table, location: previous }: IcebergTable, metadata: TableMetadata, location: string) {
  const { Name, Description, Owner, Retention, TableType, Parameters, StorageDescriptor } = table;
  return {
    ...{ Name, Description, Owner, Retention, TableType, PartitionKeys: [] },
    Parameters: { ...Parameters, metadata_location: location, previous_metadata_location: previous },
    StorageDescriptor: { ...StorageDescriptor, Columns: hiveColumns(schemaOf(metadata)), Location: metadata.location },
  };
}

async function readFile(context: Caller, path: string): Promise<Uint8Array> {
  try {
    const { Body, ContentLength = 0 } = await context.call("s3", "GetObject", placeOf(path));
    if (ContentLength > mostBytes) {
      (Body as unknown as Readable).destroy();
      throw new IcebergUnreadable(path, `has ${ContentLength} bytes; ${mostBytes} are read at most`);
    }
    return await buffer(Body as Readable);
  } catch (error) {
    if (error instanceof Fault && (error.code === "NoSuchKey" || error.code === "NoSuchBucket"))
      throw new IcebergUnreadable(path, "does not exist", true);
    throw error;
  }
}

async function writeFile(context: Caller, path: string, bytes: Uint8Array): Promise<void> {
  const Body = Readable.from([bytes], { objectMode: false });
  await context.call("s3", "PutObject", { ...placeOf(path), Body, ContentLength: bytes.length });
}

export const removeFile = (context: Caller, path: string): Promise<unknown> =>
  context.call("s3", "DeleteObject", placeOf(path));

/** Spark's older file systems write s3a and s3n. */
export function placeOf(path: string): { readonly Bucket: string; readonly Key: string } {
  const [, Bucket = "", Key = ""] = /^s3[an]?:\/\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (Key === "") throw new Fault("InvalidInputException", `${path} is no object of S3.`);
  return { Bucket, Key };
}
