import { defineOperations } from "../../../frame/define-operations.ts";
import { requireBucket } from "./require-bucket.ts";
import { onBucket } from "./s3-permissions.ts";

const permissions = { GetBucketVersioning: onBucket("s3:GetBucketVersioning") };

export const bucketVersioning = defineOperations("s3", permissions, {
  /** A bucket whose versioning was never set has no status. */
  async GetBucketVersioning(input, context) {
    await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
    return {};
  },
});
