import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseS3Location } from "../aws/s3-location.ts";
import type { PlannedObjects } from "../images/objects-plan.ts";
import type { PlannedChannel } from "../images/training-plan.ts";
import type { ObjectClient } from "./object-client.ts";

/** How many objects are downloaded at the same time. */
const downloadsAtOnce = 4;

/** The data of a channel cannot be used. The message becomes part of the job's FailureReason. */
export class ChannelFault extends Error {}

/** Downloads a channel's objects to `folder`, each to the path that follows from its key. */
export const downloadChannel = (channel: PlannedChannel, folder: string, objects: ObjectClient): Promise<void> =>
  downloadObjects(channel, `channel "${channel.name}"`, folder, objects);

/** `title` names what the objects are for in the words of a fault. */
export async function downloadObjects(
  wanted: PlannedObjects,
  title: string,
  folder: string,
  objects: ObjectClient,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const found = wanted.type === "ManifestFile" ? listedObjects(wanted, title, objects) : objectsBelow(wanted, objects);
  const waiting = found[Symbol.asyncIterator]();
  let count = 0;
  const fetchOn = async () => {
    for (let next = await waiting.next(); !next.done; next = await waiting.next()) {
      const { bucket, key, path } = next.value;
      count++;
      try {
        await objects.download(bucket, key, join(folder, checkedPath(title, key, path)));
      } catch (error) {
        throw asChannelFault(title, `s3://${bucket}/${key}`, error);
      }
    }
  };
  await Promise.all(Array.from({ length: downloadsAtOnce }, fetchOn));
  if (count === 0) {
    throw new ChannelFault(`No objects are left under s3://${wanted.bucket}/${wanted.key} for ${title}`);
  }
}

interface WantedObject {
  readonly bucket: string;
  readonly key: string;
  /** The path below the channel's folder. */
  readonly path: string;
}

async function* objectsBelow(
  { bucket, key: prefix }: PlannedObjects,
  objects: ObjectClient,
): AsyncGenerator<WantedObject> {
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
): AsyncGenerator<WantedObject> {
  const place = `s3://${manifest.bucket}/${manifest.key}`;
  let text: string;
  try {
    text = await objects.readText(manifest.bucket, manifest.key);
  } catch (error) {
    throw asChannelFault(title, place, error);
  }
  const { bucket, prefix, paths } = parseManifest(text, place);
  for (const path of paths) yield { bucket, key: prefix + path, path };
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
function checkedPath(title: string, key: string, path: string): string {
  const parts = path.split("/");
  if (path === "" || path.includes("\0") || parts.some((part) => part === ".." || part === ".")) {
    throw new ChannelFault(`Key "${key}" of ${title} cannot be the name of a file`);
  }
  return path;
}

function asChannelFault(title: string, place: string, error: unknown): unknown {
  if (error instanceof ChannelFault) return error;
  const { name, message, code, $metadata } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (name === "AbortError") return error;
  if (code === "EISDIR" || code === "ENOTDIR" || code === "EEXIST" || code === "ENOTEMPTY") {
    return new ChannelFault(
      `${place} of ${title} cannot be a file: another key is at the same place, or needs a folder there`,
    );
  }
  const status = $metadata?.httpStatusCode;
  return new ChannelFault(`${name}${status ? ` (${status})` : ""}: ${message}: ${place}`);
}
