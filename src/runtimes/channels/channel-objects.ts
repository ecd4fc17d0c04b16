import { parseS3Location } from "../../aws/s3-location.ts";
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
 * Lists the objects of a channel in order: those below a prefix by key, those of a manifest as it lists them.
 * @param title what the objects are for, in the words of a fault
 */
export async function* channelObjects(
  wanted: PlannedObjects,
  title: string,
  objects: ObjectClient,
): AsyncGenerator<ChannelObject> {
  const found = wanted.type === "ManifestFile" ? listedObjects(wanted, title, objects) : objectsBelow(wanted, objects);
  let count = 0;
  for await (const object of found) {
    count++;
    yield object;
  }
  if (count > 0) return;
  const { bucket, key, type } = wanted;
  throw new ChannelFault(
    type === "ManifestFile"
      ? `The manifest s3://${bucket}/${key} of ${title} lists no objects`
      : `No objects are left under s3://${bucket}/${key} for ${title}`,
  );
}

async function* objectsBelow(
  { bucket, key: prefix }: PlannedObjects,
  objects: ObjectClient,
): AsyncGenerator<ChannelObject> {
  for await (const { key } of objects.list(bucket, prefix)) {
    // A key that ends with a slash is a folder made by a console.
    if (!key.endsWith("/")) yield { bucket, key, path: pathBelow(prefix, key) };
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
    entries = JSON.parse(text);
  } catch {}
  const [head, ...paths] = Array.isArray(entries) ? (entries as unknown[]) : [];
  const prefix = typeof head === "object" && head !== null ? (head as { prefix?: unknown }).prefix : undefined;
  const location = typeof prefix === "string" ? parseS3Location(prefix) : undefined;
  if (!location || !paths.every((path) => typeof path === "string")) {
    throw new ChannelFault(
      `The manifest ${place} is not of the form [{"prefix": "s3://BUCKET/PREFIX/"}, "relative/path", ...]`,
    );
  }
  return { bucket: location.bucket, prefix: location.key, paths };
}

/**
 * Returns the path of an object: its key after the prefix. A prefix that ends within a name counts only up to its last
 * slash, so the key `data/train.csv` has the path `train.csv` for the prefixes `data/train.csv`, `data/tr` and `data`.
 */
export function pathBelow(prefix: string, key: string): string {
  const rest = key.slice(prefix.length);
  if (prefix === "" || prefix.endsWith("/")) return rest;
  return rest.startsWith("/") ? rest.slice(1) : key.slice(prefix.lastIndexOf("/") + 1);
}

/** Refuses keys whose file would lie outside the folder. */
export function checkedPath(title: string, { key, path }: ChannelObject): string {
  const parts = path.split("/");
  if (path === "" || path.includes("\0") || parts.some((part) => part === ".." || part === ".")) {
    throw new ChannelFault(`Key "${key}" of ${title} cannot be the name of a file`);
  }
  return path;
}

/** Where an object is, and what named it, for a fault. */
export const placeOf = ({ bucket, key, named }: ChannelObject): string =>
  `s3://${bucket}/${key}${named === undefined ? "" : ` (${named})`}`;
