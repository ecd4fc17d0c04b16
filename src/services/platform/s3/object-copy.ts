import { noSuchKey } from "../../../aws/object-faults.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checksumAlgorithm, objectChecksumOutput } from "./body-checksum.ts";
import { checkCopyConditions, quoted, writeCondition } from "./conditions.ts";
import { copyConditions, requireCopySource } from "./copy-source.ts";
import { requireAddress } from "./object-address.ts";
import { attributesOf, copiedAttributes, encryptionOutput, refuseUnbuilt, storageOf } from "./object-attributes.ts";
import { invalidRequest, namingBucket, notBuilt } from "./s3-faults.ts";
import { onCopy } from "./s3-permissions.ts";

const permissions = { CopyObject: onCopy };

/** Copies an object inside the server. */
export const objectCopy = defineOperations("s3", permissions, {
  async CopyObject(input, context) {
    const at = await requireAddress(context, input);
    const source = await requireCopySource(context, input);
    refuseUnbuilt(context, input);
    if (input.TaggingDirective === "REPLACE") throw notBuilt(context, "TaggingDirective REPLACE");
    const storage = storageOf(context, input);
    const replaces = input.MetadataDirective === "REPLACE";
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
        return { ...said, ...storage, WebsiteRedirectLocation: input.WebsiteRedirectLocation };
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
