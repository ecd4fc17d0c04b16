import { parseCopySource } from "../../../aws/copy-source.ts";
import { s3Arn } from "../../../aws/s3-arn.ts";
import type { Permission } from "../../../frame/permissions.ts";

interface BucketMembers {
  readonly Bucket?: string | undefined;
}
interface CopyMembers extends ObjectMembers {
  readonly CopySource?: string | undefined;
  readonly TaggingDirective?: string | undefined;
  readonly Tagging?: string | undefined;
}
interface ObjectMembers extends BucketMembers {
  readonly Key?: string | undefined;
}

const bucketArn = (name = ""): string => s3Arn(name);
const objectArn = (bucket = "", key = ""): string => s3Arn(bucket, key);

export const onBucket =
  (action: string) =>
  ({ Bucket }: BucketMembers): Permission[] => [{ action, resource: bucketArn(Bucket) }];

export const onObject =
  (action: string) =>
  ({ Bucket, Key }: ObjectMembers): Permission[] => [{ action, resource: objectArn(Bucket, Key) }];

export const onObjects =
  (action: string) =>
  ({ Bucket, Delete }: BucketMembers & { readonly Delete?: { readonly Objects?: readonly ObjectMembers[] } }) =>
    (Delete?.Objects ?? []).map(({ Key }): Permission => ({ action, resource: objectArn(Bucket, Key) }));

/** A listing is granted like the keys it shows: by their prefix. */
export const onListing = ({ Bucket, Prefix }: BucketMembers & { readonly Prefix?: string | undefined }) => [
  { action: "s3:ListBucket", resource: Prefix ? objectArn(Bucket, Prefix) : bucketArn(Bucket) },
];

/** Whoever writes an object with tags needs the permission to set them too. */
export const onNewObject = (input: ObjectMembers & { readonly Tagging?: string | undefined }): Permission[] => [
  ...onObject("s3:PutObject")(input),
  ...(input.Tagging ? onObject("s3:PutObjectTagging")(input) : []),
];

/** The source is parsed as the handler parses it, so that what is allowed is what is copied. */
export function onCopy({ Bucket, Key, CopySource = "", TaggingDirective, Tagging }: CopyMembers): Permission[] {
  const source = parseCopySource(CopySource);
  return [
    { action: "s3:GetObject", resource: source ? objectArn(source.bucket, source.key) : bucketArn() },
    ...onNewObject({ Bucket, Key, ...(TaggingDirective === "REPLACE" && { Tagging }) }),
  ];
}
