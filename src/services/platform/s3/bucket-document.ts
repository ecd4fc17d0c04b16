import { createHash } from "node:crypto";
import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { Conflict, type ResourceDocument, type ResourceKey } from "../../../stores/resources/port.ts";
import { accessDenied, noSuchBucket } from "./s3-faults.ts";

/** A bucket's document. Its status is "Deleting" while DeleteBucket looks whether it is empty. */
export type BucketDocument = ResourceDocument<{ readonly region: string }, Record<string, never>>;

export const bucketKey = ({ account }: Pick<Context, "account">, name: string): ResourceKey => ({
  account,
  region: "-",
  kind: "bucket",
  name,
});

/** The bucket that the SageMaker SDKs take unless told otherwise. It is there as soon as somebody asks for it. */
export const defaultBucketName = ({ region, account }: Pick<Context, "region" | "account">): string =>
  `sagemaker-${region}-${account}`;

/** undefined when there is no such bucket. */
export async function findBucket(context: Context, name: string): Promise<BucketDocument | undefined> {
  const found = await context.resources.get(bucketKey(context, name));
  if (found || name !== defaultBucketName(context)) return found as BucketDocument | undefined;
  return makeBucket(context, name, context.region);
}

/** The bucket that was made, or the one that somebody else made at the same moment. */
export async function makeBucket(context: Context, name: string, region: string): Promise<BucketDocument> {
  const key = bucketKey(context, name);
  const now = context.clock.now();
  const put = {
    key,
    id: context.ids.ulid(),
    schema: 1,
    status: "Active",
    created: now,
    modified: now,
    wanted: { region },
    actual: {},
  };
  try {
    await context.resources.write([{ put, expected: "absent" }]);
    return { ...put, version: 1 };
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return (await context.resources.get(key)) as BucketDocument;
  }
}

/**
 * The bucket a request is about.
 *
 * @throws Fault NoSuchBucket, or AccessDenied when it is not the expected owner's
 */
export async function requireBucket(
  context: Context,
  name: string,
  expectedOwner: string | undefined,
): Promise<BucketDocument> {
  const bucket = await findBucket(context, name);
  if (!bucket) throw noSuchBucket(name);
  if (expectedOwner !== undefined && expectedOwner !== bucket.key.account) throw accessDenied();
  return bucket;
}

/**
 * To be asked after something was stored and before it is acknowledged: whether the bucket is still there. If somebody
 * is just deleting it, he is stopped; if he was faster, `undo` is called and the bucket is the one that is missing.
 */
export async function confirmBucket(
  context: Context,
  bucket: BucketDocument,
  undo: () => Promise<unknown>,
): Promise<void> {
  for (;;) {
    const now = (await context.resources.get(bucket.key)) as BucketDocument | undefined;
    if (now?.id !== bucket.id) {
      await undo();
      throw noSuchBucket(bucket.key.name);
    }
    if (now.status !== "Deleting") return;
    await writeStatus(context, now, "Active").catch(ignoreConflict);
  }
}

export async function writeStatus(context: Context, bucket: BucketDocument, status: "Active" | "Deleting") {
  const { version, ...document } = bucket;
  await context.resources.write([{ put: { ...document, status }, expected: version }]);
  return { ...bucket, status, version: version + 1 };
}

/** Who owns the buckets and objects of an account, by S3's canonical id: 64 hexadecimal digits. */
export const ownerOf = (account: string): { ID: string } => ({
  ID: createHash("sha256").update(`canonical user of ${account}`).digest("hex"),
});

export const operationAborted = (): Fault =>
  new Fault(
    "OperationAborted",
    "A conflicting conditional operation is currently in progress against this resource. Please try again.",
    { status: 409 },
  );

/** For a write whose purpose somebody else has fulfilled at the same moment. */
export function ignoreConflict(error: unknown): void {
  if (!(error instanceof Conflict)) throw error;
}
