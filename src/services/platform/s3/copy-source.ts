import type { ObjectKey } from "../../../stores/objects/port.ts";
import type { Context } from "../../context.ts";
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

/** "bucket/key", with or without a slash before it, percent-encoded, "?versionId=..." behind it. */
export async function requireCopySource(context: Context, input: CopySourceMembers): Promise<ObjectKey> {
  refuseMembers(context, input, ["CopySourceSSECustomerAlgorithm", "CopySourceSSECustomerKey"]);
  const [encoded, version] = input.CopySource.split(/\?versionId=/);
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decode(encoded!));
  if (!match) throw malformed(input.CopySource);
  const { at } = await requireAddress(context, {
    Bucket: match[1]!,
    Key: match[2]!,
    VersionId: version,
    ExpectedBucketOwner: input.ExpectedSourceBucketOwner,
  });
  return at;
}

export const copyConditions = (input: CopySourceMembers): ReadConditions => ({
  IfMatch: input.CopySourceIfMatch,
  IfNoneMatch: input.CopySourceIfNoneMatch,
  IfModifiedSince: input.CopySourceIfModifiedSince,
  IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
});

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw malformed(text);
  }
}

const malformed = (text: string) =>
  invalidArgument(
    "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    "x-amz-copy-source",
    text,
  );
