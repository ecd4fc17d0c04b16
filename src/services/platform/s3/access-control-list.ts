import { noSuchKey } from "../../../aws/object-faults.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { ownerOf } from "./bucket-document.ts";
import { requireAddress } from "./object-address.ts";
import { checkAcl } from "./owner-acl.ts";
import { requireBucket } from "./require-bucket.ts";
import { onBucket, onObject } from "./s3-permissions.ts";

const permissions = {
  GetBucketAcl: onBucket("s3:GetBucketAcl"),
  PutBucketAcl: onBucket("s3:PutBucketAcl"),
  GetObjectAcl: onObject("s3:GetObjectAcl"),
  PutObjectAcl: onObject("s3:PutObjectAcl"),
};

/**
 * ACLs are turned off, as for every new bucket of AWS: the bucket's owner may do everything with the bucket and each
 * object in it, and an ACL that says otherwise is refused.
 */
export const accessControlList = defineOperations("s3", permissions, {
  async GetBucketAcl(input, context) {
    const { wanted } = await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
    return everythingFor(wanted.owner);
  },

  async GetObjectAcl(input, context) {
    const at = await requireAddress(context, input);
    if (!(await context.objects.head(at))) throw noSuchKey(input.Key);
    // A caller reaches buckets of its own account only.
    return everythingFor(context.account);
  },

  async PutBucketAcl(input, context) {
    const { wanted } = await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
    checkAcl(input, wanted.owner);
    return {};
  },

  async PutObjectAcl(input, context) {
    const at = await requireAddress(context, input);
    if (!(await context.objects.head(at))) throw noSuchKey(input.Key);
    checkAcl(input, context.account);
    return {};
  },
});

function everythingFor(account: string) {
  const Owner = ownerOf(account);
  return {
    Owner,
    Grants: [{ Grantee: { ...Owner, Type: "CanonicalUser" as const }, Permission: "FULL_CONTROL" as const }],
  };
}
