import type { Grant } from "../../aws/caller.ts";
import { Fault, validationFault } from "../../aws/faults.ts";
import { parseS3Location, type S3Location } from "../../aws/s3-location.ts";
import type { Context } from "../../frame/context.ts";
import type { PlannedObjects } from "../../images/objects-plan.ts";
import { readGrant } from "./read-grant.ts";

/** A manifest is read whole, for the grants of its job. This size holds some hundred thousand objects. */
export const mostManifestBytes = 16 * 1024 * 1024;

/** So many objects of an augmented manifest are granted one by one; more of them by what their keys begin with. */
const mostGrantedObjects = 500;

/**
 * Grants for a run to read objects: to list and read their prefix; for a manifest, to read it and all below the prefix
 * that it names; for an augmented one, to read it and the objects that its lines refer to.
 */
export async function inputGrants(
  { type, bucket, key }: PlannedObjects,
  context: Context,
  attributes: readonly string[] = [],
): Promise<Grant[]> {
  if (type === "S3Prefix") return [readGrant({ bucket, key }, "prefix")];
  const text = await manifestText(bucket, key, context);
  const own = readGrant({ bucket, key }, "object");
  // The run fails with the reason when the manifest cannot be read.
  if (text === undefined) return [own];
  if (type === "AugmentedManifestFile") return [own, ...referenceGrants(text, attributes)];
  const listed = manifestPrefix(text);
  return [own, ...(listed ? [readGrant(listed, "prefix")] : [])];
}

async function manifestText(bucket: string, key: string, context: Context): Promise<string | undefined> {
  try {
    // The manifest may have grown since its size was checked.
    const Range = `bytes=0-${mostManifestBytes - 1}`;
    const { Body } = await context.call("s3", "GetObject", { Bucket: bucket, Key: key, Range });
    return await textOf(Body);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function manifestPrefix(text: string): S3Location | undefined {
  try {
    const [head] = JSON.parse(text) as [{ prefix: string }];
    return parseS3Location(head.prefix);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function referenceGrants(text: string, attributes: readonly string[]): Grant[] {
  const keys = new Map<string, Set<string>>();
  const references = attributes.filter((name) => name.endsWith("-ref"));
  for (const line of text.split("\n")) {
    for (const { bucket, key } of lineReferences(line, references)) {
      if (!keys.has(bucket)) keys.set(bucket, new Set());
      keys.get(bucket)!.add(key);
    }
  }
  return [...keys].flatMap(([bucket, found]) =>
    found.size > mostGrantedObjects
      ? [readGrant({ bucket, key: commonFolder([...found]) }, "prefix")]
      : [...found].map((key) => readGrant({ bucket, key }, "object")),
  );
}

function lineReferences(line: string, names: readonly string[]): S3Location[] {
  try {
    const values = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return names.flatMap((name) => {
      const value = values[name];
      return (typeof value === "string" && parseS3Location(value)) || [];
    });
  } catch {
    return [];
  }
}

/** Returns the longest folder that all keys are in; "" for the bucket itself. */
function commonFolder(keys: readonly string[]): string {
  const sorted = [...keys].sort();
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  return length === 0 ? "" : first.slice(0, first.lastIndexOf("/", length - 1) + 1);
}

async function textOf(body: AsyncIterable<Uint8Array> | Uint8Array | string | undefined): Promise<string> {
  if (body === undefined) throw validationFault("The manifest is empty.");
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
