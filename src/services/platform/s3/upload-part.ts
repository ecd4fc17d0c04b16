import { noSuchKey } from "../../../aws/object-faults.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { ChecksumAlgorithm, MultipartUpload } from "../../../stores/objects/port.ts";
import { announcedChecksum, bodyOptions, checksumOutput } from "./body-checksum.ts";
import { withBody } from "./body-stream.ts";
import { ownerOf } from "./bucket-document.ts";
import { copySourceRange, invalidPartNumber } from "./byte-range.ts";
import { checkCopyConditions, quoted } from "./conditions.ts";
import { copyConditions, requireCopySource } from "./copy-source.ts";
import { pageSize } from "./listing.ts";
import { requireUpload } from "./multipart-upload.ts";
import { encryptionOutput } from "./object-attributes.ts";
import { invalidArgument, invalidRequest, namingBucket, refuseMembers } from "./s3-faults.ts";
import { onCopy, onObject } from "./s3-permissions.ts";

const permissions = {
  UploadPart: onObject("s3:PutObject"),
  UploadPartCopy: onCopy,
  ListParts: onObject("s3:ListMultipartUploadParts"),
};

/** The parts of a multipart upload: uploaded, copied from an object, and listed. */
export const uploadPart = defineOperations("s3", permissions, {
  UploadPart: (input, context) =>
    withBody(input.Body, async (body) => {
      const upload = await requireUpload(context, input);
      refuseMembers(context, input, "", ["SSECustomerAlgorithm", "SSECustomerKey"]);
      checkPartNumber(input.PartNumber);
      const announced = announcedChecksum(input, context);
      checkAlgorithm(upload, announced?.algorithm);
      const options = bodyOptions(announced, input.ContentMD5);
      const storing = context.objects.putPart(upload, upload.uploadId, input.PartNumber, body, options);
      const part = await namingBucket(input.Bucket, storing);
      return { ETag: quoted(part.etag), ...checksumOutput(part.checksum), ...encryptionOutput(upload.attributes) };
    }),

  async UploadPartCopy(input, context) {
    const upload = await requireUpload(context, input);
    refuseMembers(context, input, "", ["SSECustomerAlgorithm", "SSECustomerKey"]);
    checkPartNumber(input.PartNumber);
    const source = await requireCopySource(context, input);
    const found = await context.objects.get(source, (object) => {
      checkCopyConditions(copyConditions(input), object);
      return input.CopySourceRange === undefined ? undefined : copySourceRange(input.CopySourceRange, object.sizeBytes);
    });
    if (!found) throw noSuchKey(source.key);
    const part = await withBody(found.body, (body) =>
      namingBucket(input.Bucket, context.objects.putPart(upload, upload.uploadId, input.PartNumber, body, {})),
    );
    return {
      CopyPartResult: {
        ETag: quoted(part.etag),
        LastModified: new Date(part.modified),
        ...checksumOutput(part.checksum),
      },
      ...encryptionOutput(upload.attributes),
    };
  },

  async ListParts(input, context) {
    const upload = await requireUpload(context, input);
    const maximum = pageSize("max-parts", input.MaxParts);
    const after = partMarker(input.PartNumberMarker);
    const listing = context.objects.listParts(upload, upload.uploadId, after, maximum + 1);
    const found = await namingBucket(input.Bucket, listing);
    const parts = found.slice(0, maximum);
    const truncated = maximum > 0 && found.length > maximum;
    const owner = ownerOf(context.account);
    return {
      Bucket: input.Bucket,
      Key: upload.key,
      UploadId: upload.uploadId,
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(parts.at(-1)?.number ?? 0),
      MaxParts: maximum,
      IsTruncated: truncated,
      StorageClass: "STANDARD" as const,
      Owner: owner,
      Initiator: owner,
      ...(upload.checksum && { ChecksumAlgorithm: upload.checksum.algorithm, ChecksumType: upload.checksum.type }),
      Parts: parts.map((part) => ({
        PartNumber: part.number,
        LastModified: new Date(part.modified),
        ETag: quoted(part.etag),
        Size: part.sizeBytes,
        ...checksumOutput(part.checksum),
      })),
    };
  },
});

function checkPartNumber(number: number): void {
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw invalidPartNumber(number);
}

function checkAlgorithm({ checksum }: MultipartUpload, given: ChecksumAlgorithm | undefined): void {
  if (checksum && given && given !== checksum.algorithm)
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum ` +
        `Type: ${given.toLowerCase()}`,
    );
}

/** @throws Fault for a text that is no part's number */
export function partMarker(marker: string | undefined): number {
  const number = Number(marker ?? 0);
  if (!Number.isInteger(number) || number < 0 || number > 2_147_483_647)
    throw invalidArgument(
      "Argument part-number-marker must be an integer between 0 and 2147483647",
      "part-number-marker",
      marker,
    );
  return number;
}
