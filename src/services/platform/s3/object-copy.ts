import { parseCopySource } from "../../../aws/copy-source.ts";
import { noSuchKey } from "../../../aws/object-faults.ts";
import { s3Arn } from "../../../aws/s3-arn.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { StoredObject } from "../../../stores/objects/port.ts";
import { checksumAlgorithm, objectChecksumOutput } from "./body-checksum.ts";
import { checkCopyConditions, quoted, writeCondition } from "./conditions.ts";
import { copyConditions, requireCopySource } from "./copy-source.ts";
import { requireAddress } from "./object-address.ts";
import { attributesOf, copiedAttributes, encryptionOutput, refuseUnbuilt, storageOf } from "./object-attributes.ts";
import { checkMayCopyTags, type ObjectTag, tagAttribute, tagsOf, tagsOfHeader } from "./object-tags.ts";
import { invalidRequest, namingBucket } from "./s3-faults.ts";
import { onCopy } from "./s3-permissions.ts";

const permissions = { CopyObject: onCopy };

/** Copies an object inside the server. */
export const objectCopy = defineOperations("s3", permissions, {
  async CopyObject(input, context) {
    const at = await requireAddress(context, input);
    const source = await requireCopySource(context, input);
    refuseUnbuilt(context, input);
    const storage = storageOf(context, input);
    const replaces = input.MetadataDirective === "REPLACE";
    const newTags = input.TaggingDirective === "REPLACE" ? tagsOfHeader(input.Tagging) : undefined;
    if (source.bucket === at.bucket && source.key === at.key && !replaces && changesNothing(input))
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's " +
          "metadata, storage class, website redirect location or encryption attributes.",
      );
    const condition = writeCondition(input, context);
    const copying = context.objects.copy(source, at, {
      attributes(found) {
        checkCopyConditions(copyConditions(input), found);
        const said = replaces ? attributesOf(input) : copiedAttributes(found.attributes);
        return {
          ...said,
          ...storage,
          WebsiteRedirectLocation: input.WebsiteRedirectLocation,
          ...tagAttribute(newTags ?? copiedTags(context, input, found)),
        };
      },
      ...(input.ChecksumAlgorithm && { checksum: checksumAlgorithm(context, input.ChecksumAlgorithm) }),
      ...(condition && { condition }),
    });
    const copied = await namingBucket(input.Bucket, copying);
    if (!copied) throw noSuchKey(source.key);
    return {
      CopyObjectResult: {
        ETag: quoted(copied.etag),
        LastModified: new Date(copied.modified),
        ...objectChecksumOutput(copied.checksum),
      },
      ...encryptionOutput(copied.attributes),
    };
  },
});

function changesNothing(input: {
  ServerSideEncryption?: unknown;
  WebsiteRedirectLocation?: unknown;
  ChecksumAlgorithm?: unknown;
}): boolean {
  return [input.ServerSideEncryption, input.WebsiteRedirectLocation, input.ChecksumAlgorithm].every(
    (value) => value === undefined,
  );
}

/** @throws Fault AccessDenied when there are tags and the caller may not read or write tags */
function copiedTags(
  context: Context,
  { Bucket, Key, CopySource }: { readonly Bucket: string; readonly Key: string; readonly CopySource: string },
  source: StoredObject,
): readonly ObjectTag[] {
  const tags = tagsOf(source.attributes);
  if (tags.length > 0) {
    const { bucket, key } = parseCopySource(CopySource)!;
    checkMayCopyTags(context, s3Arn(bucket, key), s3Arn(Bucket, Key));
  }
  return tags;
}
