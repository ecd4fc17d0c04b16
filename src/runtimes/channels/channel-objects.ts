import { parseS3Location } from "../../aws/s3-location.ts";
import { isFilePath, isFolderKey, pathBelow } from "../../images/object-path.ts";
import type { PlannedObjects } from "../../images/objects-plan.ts";
import type { ObjectClient } from "../object-client.ts";
import { asChannelFault, ChannelFault } from "./channel-fault.ts";

/** An object of a channel. */
export interface ChannelObject {
  readonly bucket: string;
  readonly key: string;
  /** The path below the channel's folder. */
  readonly path: string;
  /** What named it, for messages; absent for one that was found below a prefix. */
  readonly named?: string;
}

/**
 * Lists the objects of a channel in order: those below a prefix by key, those of a manifest as it lists them. Of several
 * hosts that share them, each lists its own.
 * @param title what the objects are for, in the words of a fault
 */
export async function* channelObjects(
  wanted: PlannedObjects,
  title: string,
  objects: ObjectClient,
): AsyncGenerator<ChannelObject> {
  const found = wanted.type === "ManifestFile" ? listedObjects(wanted, title, objects) : objectsBelow(wanted, objects);
  let count = 0;
  for await (const object of found) if (isOwnShare(wanted, count++)) yield object;
  if (count === 0) throw noObjects(wanted, title);
}

/** Whether the object of that number, or the line, is this host's. */
export const isOwnShare = ({ share }: Pick<PlannedObjects, "share">, number: number): boolean =>
  share === undefined || number % share.hosts === share.host;

export const noObjects = ({ bucket, key, type }: PlannedObjects, title: string): ChannelFault =>
  new ChannelFault(
    type === "ManifestFile"
      ? `The manifest s3://${bucket}/${key} of ${title} lists no objects`
      : `No objects are left under s3://${bucket}/${key} for ${title}`,
  );

async function* objectsBelow(
  { bucket, key: prefix }: PlannedObjects,
  objects: ObjectClient,
): AsyncGenerator<ChannelObject> {
  for await (const { key } of objects.list(bucket, prefix)) {
    if (!isFolderKey(key)) yield { bucket, key, path: pathBelow(prefix, key) };
  }
}

/**
 * Lists the objects of a manifest: `[{"prefix": "s3://bucket/some/prefix/"}, "relative/path-1", "relative/path-2",
 * ...]`.
 */
async function* listedObjects(
  manifest: PlannedObjects,
  title: string,
  objects: ObjectClient,
): AsyncGenerator<ChannelObject> {
  const place = `s3://${manifest.bucket}/${manifest.key}`;
  const text = await readManifest(manifest, title, objects);
  const { bucket, prefix, paths } = parseManifest(text, place);
  const named = `of the manifest ${place}, whose prefix is s3://${bucket}/${prefix}`;
  for (const path of paths) yield { bucket, key: prefix + path, path, named };
}

/** @throws ChannelFault that names the manifest */
export async function readManifest(
  { bucket, key }: PlannedObjects,
  title: string,
  objects: ObjectClient,
): Promise<string> {
  try {
    return await objects.readText(bucket, key);
  } catch (error) {
    throw asChannelFault(title, `s3://${bucket}/${key}`, error);
  }
}

/** @throws ChannelFault that shows the form of a manifest */
export function parseManifest(text: string, place: string): { bucket: string; prefix: string; paths: string[] } {
  let entries: unknown;
  try {
    // Some editors begin a text with a byte order mark.
    entries = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {}
  const [head, ...paths] = Array.isArray(entries) ? (entries as unknown[]) : [];
  const prefix = typeof head === "object" && head !== null ? (head as { prefix?: unknown }).prefix : undefined;
  const location = typeof prefix === "string" ? parseS3Location(prefix) : undefined;
  if (!location || !paths.every((path) => typeof path === "string")) {
    throw new ChannelFault(
      `The manifest ${place} is not of the form [{"prefix": "s3://BUCKET/PREFIX/"}, "relative/path", ...]`,
    );
  }
  return { bucket: location.bucket, prefix: location.key, paths: [...new Set(paths)] };
}

/** Refuses keys whose file would lie outside the folder. */
export function checkedPath(title: string, { key, path }: ChannelObject): string {
  if (!isFilePath(path)) throw notAFile(title, key);
  return path;
}

export const notAFile = (title: string, key: string): ChannelFault =>
  new ChannelFault(`Key "${key}" of ${title} cannot be the name of a file`);

/** Where an object is, and what named it, for a fault. */
export const placeOf = ({ bucket, key, named }: ChannelObject): string =>
  `s3://${bucket}/${key}${named === undefined ? "" : ` (${named})`}`;
