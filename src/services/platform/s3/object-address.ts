import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ObjectKey } from "../../../stores/objects/port.ts";
import { requireBucket } from "./require-bucket.ts";
import { invalidArgument } from "./s3-faults.ts";

const longestKeyBytes = 1024;

export interface AddressMembers {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/**
 * Returns where the object that a request names is kept: under the id of its bucket.
 *
 * @throws Fault NoSuchBucket, AccessDenied, KeyTooLongError, or InvalidArgument for a version other than "null"
 */
export async function requireAddress(context: Context, input: AddressMembers): Promise<ObjectKey> {
  const bucket = await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
  checkKey(input.Key);
  if (input.VersionId !== undefined && input.VersionId !== "null")
    throw invalidArgument("Invalid version id specified", "versionId", input.VersionId);
  return { bucket: bucket.id, key: input.Key };
}

function checkKey(key: string): void {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > longestKeyBytes)
    throw new Fault("KeyTooLongError", "Your key is too long", {
      members: { Size: sizeBytes, MaxSizeAllowed: longestKeyBytes },
    });
}
