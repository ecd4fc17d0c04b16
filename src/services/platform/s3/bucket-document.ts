import { createHash } from "node:crypto";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind, type Nothing } from "../../../frame/define-kind.ts";
import type { ResourceDocument, ResourceKey } from "../../../stores/resources/port.ts";
import { accessDenied } from "./s3-faults.ts";

export interface WantedBucket {
  /** The account that owns it. */
  readonly owner: string;
  readonly region: string;
}

/**
 * A bucket as its kind reads it: in today's shape, whatever the shape that it was written in. Objects are kept under
 * the document's id. The status is "Active", or "Deleting" from DeleteBucket on.
 */
export type BucketDocument = Omit<ResourceDocument<WantedBucket, Nothing>, "schema">;

/** A name belongs to one bucket among all accounts and regions. */
export const bucketKind = defineKind<WantedBucket, Nothing, "Active" | "Deleting">({
  service: "s3",
  kind: "bucket",
  arn: "{Bucket}",
  scope: "global",
  exactCase: true,
  title: "Bucket",
  listedBy: "ListBuckets",
  statuses: { Active: { final: true }, Deleting: { final: false } },
  labels: { owner: ({ wanted }) => wanted.owner, region: ({ wanted }) => wanted.region },
});

export const bucketKey = (Bucket: string): ResourceKey => bucketKind.key({ account: "-", region: "-" }, { Bucket });

/**
 * Returns the bucket that the SageMaker SDKs use by default. A request that names it creates it when it is missing.
 */
export const defaultBucketName = ({ region, account }: Pick<Context, "region" | "account">): string =>
  `sagemaker-${region}-${account}`;

/** Returns the bucket of that name, which is made for the caller's account if there is none. */
export function makeBucket(
  context: Context,
  name: string,
  region: string,
): Promise<{ readonly bucket: BucketDocument; readonly made: boolean }> {
  const { clock, ids, account, origin } = context;
  const key = bucketKey(name);
  return againOnConflict(context, async () => {
    const existing = await bucketKind.find(context, key);
    if (existing) return { bucket: existing, made: false };
    const now = clock.now();
    const document = {
      key,
      id: ids.ulid(),
      origin,
      status: "Active",
      created: now,
      modified: now,
      wanted: { owner: account, region },
      actual: {},
    };
    await context.resources.write([await bucketKind.put(context, document)]);
    return { bucket: { ...document, version: 1 }, made: true };
  });
}

/**
 * @param members what the refusal tells
 * @throws Fault AccessDenied for a bucket of another account than the caller's, or than the expected one
 */
export function checkOwner(
  { account }: Pick<Context, "account">,
  { wanted }: BucketDocument,
  expectedOwner: string | undefined,
  members?: Record<string, string>,
): void {
  if (wanted.owner !== account || (expectedOwner !== undefined && expectedOwner !== wanted.owner))
    throw accessDenied(undefined, members);
}

/** Returns the owner of an account's buckets and objects, by S3's canonical id: 64 hexadecimal digits. */
export const ownerOf = (account: string): { ID: string } => ({
  ID: createHash("sha256").update(`canonical user of ${account}`).digest("hex"),
});
