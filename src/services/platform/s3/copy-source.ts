import { parseCopySource } from "../../../aws/copy-source.ts";
import type { Context } from "../../../frame/context.ts";
import type { ObjectKey } from "../../../stores/objects/port.ts";
import type { ReadConditions } from "./conditions.ts";
import { requireAddress } from "./object-address.ts";
import { invalidArgument, refuseMembers } from "./s3-faults.ts";

export interface CopySourceMembers {
  readonly CopySource: string;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly CopySourceSSECustomerKey?: string | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

/** @throws Fault for a header that names no object, a missing bucket, or a bucket of another account */
export async function requireCopySource(context: Context, input: CopySourceMembers): Promise<ObjectKey> {
  refuseMembers(context, input, "", ["CopySourceSSECustomerAlgorithm", "CopySourceSSECustomerKey"]);
  const source = parseCopySource(input.CopySource);
  if (!source)
    throw invalidArgument(
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
      "x-amz-copy-source",
      input.CopySource,
    );
  return requireAddress(context, {
    Bucket: source.bucket,
    Key: source.key,
    VersionId: source.versionId,
    ExpectedBucketOwner: input.ExpectedSourceBucketOwner,
  });
}

export const copyConditions = (input: CopySourceMembers): ReadConditions => ({
  IfMatch: input.CopySourceIfMatch,
  IfNoneMatch: input.CopySourceIfNoneMatch,
  IfModifiedSince: input.CopySourceIfModifiedSince,
  IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
});
