import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ObjectKey } from "../../../stores/objects/port.ts";
import { type BucketDocument, requireBucket } from "./bucket-document.ts";
import { invalidArgument } from "./s3-faults.ts";

const longestKeyBytes = 1024;

export interface AddressMembers {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/**
 * The bucket a request names, and the place in it.
 *
 * @throws Fault NoSuchBucket, AccessDenied, KeyTooLongError, or InvalidArgument for a version other than "null"
 */
export async function requireAddress(
  context: Context,
  input: AddressMembers,
): Promise<{ readonly bucket: BucketDocument; readonly at: ObjectKey }> {
  const bucket = await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
  checkKey(input.Key);
  if (input.VersionId !== undefined && input.VersionId !== "null")
    throw invalidArgument("Invalid version id specified", "versionId", input.VersionId);
  return { bucket, at: { bucket: input.Bucket, key: input.Key } };
}

function checkKey(key: string): void {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > longestKeyBytes)
    throw new Fault("KeyTooLongError", "Your key is too long", {
      members: { Size: sizeBytes, MaxSizeAllowed: longestKeyBytes },
    });
}
