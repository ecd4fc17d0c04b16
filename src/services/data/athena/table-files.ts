import { Fault } from "../../../aws/faults.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { EngineTable } from "../../../engines/port.ts";
import type { Context } from "../../../frame/context.ts";
import { bringObjects, listObjects, type QueriedObject } from "../../../frame/engine-files.ts";
import type { Predicate } from "../../../prep/sql/trino/predicate.ts";
import { errorTypes, isRefusal, QueryFailure } from "./athena-faults.ts";
import type { QueryEngine } from "./engine-work.ts";
import { type CatalogTable, formatOf } from "./file-format.ts";
import { choosePartitions } from "./partition-choice.ts";
import { partitionName } from "./partition-folder.ts";
import { type ListedFolder, objectsWithin } from "./partition-objects.ts";
import { partitionsOf } from "./table-partitions.ts";

/** So many partitions are listed at a time. */
const listedTogether = 16;

/**
 * Gives an engine the files of a table that a query needs, those of its partitions in folders that say their values.
 */
export async function bringTable(
  context: Context,
  engine: QueryEngine,
  { name, table }: { readonly name: string; readonly table: CatalogTable },
  predicate: Predicate | undefined,
): Promise<EngineTable> {
  const format = formatOf(table, context.settings.version);
  const keys = (table.PartitionKeys ?? []).map(({ Name = "", Type = "string" }) => ({ name: Name, type: Type }));
  const columns = (table.StorageDescriptor?.Columns ?? []).map(({ Name = "", Type = "string" }) => ({
    name: Name.toLowerCase(),
    type: Type,
  }));
  const parts =
    keys.length === 0
      ? [{ location: table.StorageDescriptor?.Location ?? "", folder: "" }]
      : await partitionsOf(context, table, keys, predicate && choosePartitions(predicate, keys));
  const root = table.StorageDescriptor?.Location ?? "";
  const places = parts.map(({ folder, location }) => ({ folder, ...placeOf(table, location) }));
  const within = parseS3Location(root) && (await objectsWithin(context, placeOf(table, root), places));
  const bring = async (from: ListedFolder, folder: string, found: readonly QueriedObject[]) => {
    for (const { key } of found) checkCompression(key, from.bucket);
    const to = { ...from, folder: [engine.folder, name, folder].filter(Boolean).join("/") };
    return heedingRefusal(from, () => bringObjects(context, engine.runId, to, found));
  };
  const bringPart = async ({ folder, key, ...from }: (typeof places)[number]) => {
    const found = within?.get(from.prefix) ?? (await listed(context, from));
    if (found.length === 0) await refuseObject(context, { bucket: from.bucket, key });
    const brought = await bring(from, folder, found);
    return folder === "" ? brought : brought.map((file) => ({ ...file, partition: partitionName(folder) }));
  };
  const files: EngineTable["files"][number][] = [];
  if (within && isUsual(placeOf(table, root), places)) {
    const found = places.flatMap(({ prefix }) => within.get(prefix)!);
    const partitions = places.flatMap(({ folder, prefix }) => within.get(prefix)!.map(() => partitionName(folder)));
    const brought = await bring(placeOf(table, root), "", found);
    files.push(...brought.map((file, index) => ({ ...file, partition: partitions[index]! })));
  } else
    for (let from = 0; from < parts.length; from += listedTogether)
      files.push(...(await Promise.all(places.slice(from, from + listedTogether).map(bringPart))).flat());
  return { name, columns, partitionKeys: keys, format, files };
}

/** The folder of a location, with the key that it was written as. */
function placeOf({ DatabaseName, Name }: CatalogTable, location: string): ListedFolder & { readonly key: string } {
  const place = parseS3Location(location);
  if (!place)
    throw new QueryFailure(
      `HIVE_INVALID_METADATA: ${location || "nothing"} is no location in S3 of ${DatabaseName}.${Name}`,
    );
  return { ...place, prefix: place.key === "" || place.key.endsWith("/") ? place.key : `${place.key}/` };
}

/** Whether each partition lies where an engine is to find it below its table, and none within another: all can be brought together. */
const isUsual = (root: ListedFolder, places: readonly (ListedFolder & { readonly folder: string })[]): boolean =>
  places.every(({ bucket, folder, prefix }) => bucket === root.bucket && prefix === `${root.prefix}${folder}/`);

async function listed(context: Context, place: { readonly bucket: string; readonly prefix: string }) {
  try {
    return await heedingRefusal(place, () => listObjects(context, place));
  } catch (error) {
    if (error instanceof Fault && error.code === "NoSuchBucket")
      throw new QueryFailure(`HIVE_METASTORE_ERROR: the bucket ${place.bucket} does not exist`, {
        type: errorTypes.missing,
      });
    throw error;
  }
}

/** Refuses the name of an object where a folder is meant: nothing lies below it. */
async function refuseObject(context: Context, { bucket, key }: { readonly bucket: string; readonly key: string }) {
  if (key === "" || key.endsWith("/")) return;
  // A caller who may not ask learns nothing.
  const found = await context.call("s3", "HeadObject", { Bucket: bucket, Key: key }).catch(() => undefined);
  if (!found) return;
  throw new QueryFailure(
    `HIVE_INVALID_METADATA: s3://${bucket}/${key} is an object, and no folder: LOCATION names the folder of the table's files`,
  );
}

/** Says in Athena's words that the caller may not read somewhere. */
export async function heedingRefusal<Result>(
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new QueryFailure(`Permission denied on S3 path: s3://${bucket}/${prefix} : ${(error as Error).message}`, {
      type: errorTypes.access,
    });
  }
}

/** Compressions that Athena reads and the engine does not, by the ends of names. */
function checkCompression(key: string, bucket: string): void {
  const [ending] = /\.(bz2|lzo|lz4|snappy|deflate|zip)$/i.exec(key) ?? [];
  if (ending !== undefined)
    throw new QueryFailure(
      `NOT_SUPPORTED: s3://${bucket}/${key} is compressed as ${ending}; gzip, zstd and none are read`,
    );
}
