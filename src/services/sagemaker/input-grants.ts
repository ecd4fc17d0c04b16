import type { Grant } from "../../aws/caller.ts";
import { Fault, validationFault } from "../../aws/faults.ts";
import { parseS3Location } from "../../aws/s3-location.ts";
import type { Context } from "../../frame/context.ts";
import type { PlannedObjects } from "../../images/objects-plan.ts";
import { readGrant } from "./read-grant.ts";

/** A manifest is read whole, for the grants of its job. This size holds some hundred thousand objects. */
export const mostManifestBytes = 16 * 1024 * 1024;

/**
 * Grants for a run to download objects: to list and read their prefix; for a manifest, to read it and all below the
 * prefix that it names.
 */
export async function inputGrants({ type, bucket, key }: PlannedObjects, context: Context): Promise<Grant[]> {
  if (type === "S3Prefix") return [readGrant({ bucket, key }, "prefix")];
  const listed = await manifestPrefix(bucket, key, context);
  return [readGrant({ bucket, key }, "object"), ...(listed ? [readGrant(listed, "prefix")] : [])];
}

/** undefined for a manifest that cannot be read; the run then fails with the reason. */
async function manifestPrefix(bucket: string, key: string, context: Context) {
  try {
    // The manifest may have grown since its size was checked.
    const Range = `bytes=0-${mostManifestBytes - 1}`;
    const { Body } = await context.call("s3", "GetObject", { Bucket: bucket, Key: key, Range });
    const [head] = JSON.parse(await textOf(Body)) as [{ prefix: string }];
    return parseS3Location(head.prefix);
  } catch (error) {
    if (error instanceof Fault || error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

async function textOf(body: AsyncIterable<Uint8Array> | Uint8Array | string | undefined): Promise<string> {
  if (body === undefined) throw validationFault("The manifest is empty.");
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
