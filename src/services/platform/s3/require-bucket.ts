import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { type BucketDocument, bucketKey, bucketKind, checkOwner, defaultBucketName } from "./bucket-document.ts";
import { noSuchBucket } from "./s3-faults.ts";

/**
 * Returns the bucket that an object operation names, read through the cache; the cache asks the store for what it does
 * not know.
 *
 * @throws Fault NoSuchBucket, or AccessDenied when it belongs to another account
 */
export async function requireBucket(
  context: Context,
  name: string,
  expectedOwner: string | undefined,
): Promise<BucketDocument> {
  let bucket = await find(context, name);
  if (!bucket && name === defaultBucketName(context)) {
    await makeDefaultBucket(context, name);
    bucket = await find(context, name);
  }
  if (!bucket) throw noSuchBucket(name);
  checkOwner(context, bucket, expectedOwner);
  return bucket;
}

async function find({ cache }: Context, name: string): Promise<BucketDocument | undefined> {
  const found = await cache.get(bucketKey(name));
  return found && bucketKind.read(found);
}

/** By the control plane, as the service: the caller may be a run, whose grants name objects only. */
async function makeDefaultBucket(context: Context, name: string): Promise<void> {
  const { region } = context;
  try {
    await context.asService().call("s3", "CreateBucket", {
      Bucket: name,
      ...(region !== "us-east-1" && { CreateBucketConfiguration: { LocationConstraint: region as "us-west-2" } }),
    });
  } catch (error) {
    // Another request has made it at the same time.
    if (!(error instanceof Fault && /^BucketAlready/.test(error.code))) throw error;
  }
}
