import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { requireBucket } from "./require-bucket.ts";
import { onBucket } from "./s3-permissions.ts";

/**
 * What a bucket answers about configurations that it has not. Clients that look after buckets read all of them, whatever
 * they set. The operations that set them are not built, so there is none; what comes to be set moves to a file of its own.
 */
interface Input {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** Says in S3's words that a configuration is absent. */
const absent =
  (code: string, message: string) =>
  async ({ Bucket, ExpectedBucketOwner }: Input, context: Context): Promise<never> => {
    await requireBucket(context, Bucket, ExpectedBucketOwner);
    throw new Fault(code, message, { status: 404, members: { BucketName: Bucket } });
  };

/** Returns what S3 answers of a bucket whose configuration was never set. */
const unset =
  <Output extends object>(output: Output) =>
  async ({ Bucket, ExpectedBucketOwner }: Input, context: Context): Promise<Output> => {
    await requireBucket(context, Bucket, ExpectedBucketOwner);
    return output;
  };

const permissions = {
  GetBucketAccelerateConfiguration: onBucket("s3:GetAccelerateConfiguration"),
  GetBucketCors: onBucket("s3:GetBucketCORS"),
  GetBucketEncryption: onBucket("s3:GetEncryptionConfiguration"),
  GetBucketLifecycleConfiguration: onBucket("s3:GetLifecycleConfiguration"),
  GetBucketLogging: onBucket("s3:GetBucketLogging"),
  GetBucketNotificationConfiguration: onBucket("s3:GetBucketNotification"),
  GetBucketPolicy: onBucket("s3:GetBucketPolicy"),
  GetBucketReplication: onBucket("s3:GetReplicationConfiguration"),
  GetBucketRequestPayment: onBucket("s3:GetBucketRequestPayment"),
  GetBucketTagging: onBucket("s3:GetBucketTagging"),
  GetBucketWebsite: onBucket("s3:GetBucketWebsite"),
  GetObjectLockConfiguration: onBucket("s3:GetBucketObjectLockConfiguration"),
};

export const bucketConfiguration = defineOperations("s3", permissions, {
  GetBucketAccelerateConfiguration: unset({}),
  GetBucketCors: absent("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
  /** As the answers about objects say. */
  GetBucketEncryption: unset({
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const }, BucketKeyEnabled: false }],
    },
  }),
  GetBucketLifecycleConfiguration: absent("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
  GetBucketLogging: unset({}),
  GetBucketNotificationConfiguration: unset({}),
  GetBucketPolicy: absent("NoSuchBucketPolicy", "The bucket policy does not exist"),
  GetBucketReplication: absent("ReplicationConfigurationNotFoundError", "The replication configuration was not found"),
  GetBucketRequestPayment: unset({ Payer: "BucketOwner" as const }),
  GetBucketTagging: absent("NoSuchTagSet", "The TagSet does not exist"),
  GetBucketWebsite: absent("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"),
  GetObjectLockConfiguration: absent(
    "ObjectLockConfigurationNotFoundError",
    "Object Lock configuration does not exist for this bucket",
  ),
});
