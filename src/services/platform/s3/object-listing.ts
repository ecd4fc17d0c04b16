import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { ObjectPage, ObjectSummary } from "../../../stores/objects/port.ts";
import { ownerOf } from "./bucket-document.ts";
import { quoted } from "./conditions.ts";
import { nameEncoding, pageSize } from "./listing.ts";
import { readToken, writeToken } from "./listing-token.ts";
import { requireBucket } from "./require-bucket.ts";
import { invalidArgument } from "./s3-faults.ts";
import { onBucket, onListing } from "./s3-permissions.ts";

const permissions = {
  ListObjects: onListing,
  ListObjectsV2: onListing,
  ListObjectVersions: onBucket("s3:ListBucketVersions"),
};

/** Lists the objects of a bucket, in the order of the keys' bytes. */
export const objectListing = defineOperations("s3", permissions, {
  async ListObjectsV2(input, context) {
    const { id } = await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
    const maximum = pageSize("max-keys", input.MaxKeys);
    const { ContinuationToken, StartAfter } = input;
    const after = ContinuationToken === undefined ? StartAfter || undefined : readToken(ContinuationToken);
    const page = await list(context, id, input, after, maximum);
    const encode = nameEncoding(input.EncodingType);
    const owner = input.FetchOwner ? context.account : undefined;
    return {
      ...pageOutput(input, page, encode, owner),
      MaxKeys: maximum,
      KeyCount: page.objects.length + page.prefixes.length,
      ...(ContinuationToken !== undefined && { ContinuationToken }),
      ...(page.next !== undefined && { NextContinuationToken: writeToken(page.next) }),
      ...(StartAfter !== undefined && { StartAfter: encode(StartAfter) }),
    };
  },

  async ListObjects(input, context) {
    const { id } = await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
    const maximum = pageSize("max-keys", input.MaxKeys);
    const page = await list(context, id, input, input.Marker || undefined, maximum);
    const encode = nameEncoding(input.EncodingType);
    return {
      ...pageOutput(input, page, encode, context.account),
      MaxKeys: maximum,
      Marker: encode(input.Marker ?? ""),
      // S3 leaves it out without a delimiter: the last key of the page is the next marker.
      ...(page.next !== undefined && input.Delimiter && { NextMarker: encode(page.next) }),
    };
  },

  /** A bucket without versioning has one version of each object, and its id is "null". */
  async ListObjectVersions(input, context) {
    const { id } = await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
    const maximum = pageSize("max-keys", input.MaxKeys);
    const { KeyMarker = "", VersionIdMarker = "" } = input;
    if (KeyMarker === "" && VersionIdMarker !== "")
      throw invalidArgument(
        "A version-id marker cannot be specified without a key marker.",
        "version-id-marker",
        VersionIdMarker,
      );
    const page = await list(context, id, input, KeyMarker || undefined, maximum);
    const encode = nameEncoding(input.EncodingType);
    const { Contents, ...output } = pageOutput(input, page, encode, context.account);
    return {
      ...output,
      MaxKeys: maximum,
      KeyMarker: encode(KeyMarker),
      VersionIdMarker,
      ...(page.next !== undefined && { NextKeyMarker: encode(page.next) }),
      // A page that ends with a prefix goes on after all that it folds.
      ...(page.next !== undefined && page.objects.at(-1)?.key === page.next && { NextVersionIdMarker: noVersion }),
      Versions: Contents.map((content) => ({ ...content, VersionId: noVersion, IsLatest: true })),
    };
  },
});

const noVersion = "null";

interface ListMembers {
  readonly Bucket: string;
  readonly Prefix?: string | undefined;
  readonly Delimiter?: string | undefined;
  readonly EncodingType?: "url" | undefined;
}

async function list(
  { objects }: Context,
  bucketId: string,
  input: ListMembers,
  after: string | undefined,
  limit: number,
): Promise<ObjectPage> {
  if (limit === 0) return { objects: [], prefixes: [] };
  return objects.list(bucketId, {
    prefix: input.Prefix ?? "",
    limit,
    ...(input.Delimiter && { delimiter: input.Delimiter }),
    ...(after !== undefined && { after }),
  });
}

function pageOutput(input: ListMembers, page: ObjectPage, encode: (name: string) => string, owner: string | undefined) {
  return {
    Name: input.Bucket,
    Prefix: encode(input.Prefix ?? ""),
    ...(input.Delimiter && { Delimiter: encode(input.Delimiter) }),
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    IsTruncated: page.next !== undefined,
    Contents: page.objects.map((object) => contentOf(object, encode, owner)),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

function contentOf(object: ObjectSummary, encode: (name: string) => string, owner: string | undefined) {
  const { checksum } = object;
  return {
    Key: encode(object.key),
    LastModified: new Date(object.modified),
    ETag: quoted(object.etag),
    Size: object.sizeBytes,
    StorageClass: "STANDARD" as const,
    ...(checksum && { ChecksumAlgorithm: [checksum.algorithm], ChecksumType: checksum.type }),
    ...(owner !== undefined && { Owner: ownerOf(owner) }),
  };
}
