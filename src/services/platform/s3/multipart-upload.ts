import { Fault } from "../../../aws/faults.ts";
import { malformedXml } from "../../../aws/malformed-xml.ts";
import { badDigest, noSuchUpload } from "../../../aws/object-faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { MultipartUpload, ObjectStore, StoredObject } from "../../../stores/objects/port.ts";
import { announcedChecksum, type ChecksumMembers, checksumAlgorithm, objectChecksumOutput } from "./body-checksum.ts";
import { ownerOf } from "./bucket-document.ts";
import { quoted, unquoted, writeCondition } from "./conditions.ts";
import { nameEncoding, pageSize } from "./listing.ts";
import { type AddressMembers, requireAddress } from "./object-address.ts";
import { encryptionOutput, newAttributes, refuseUnbuilt } from "./object-attributes.ts";
import { requireBucket } from "./require-bucket.ts";
import { invalidRequest, namingBucket, notBuilt, refuseMembers } from "./s3-faults.ts";
import { onBucket, onNewObject, onObject } from "./s3-permissions.ts";

const permissions = {
  CreateMultipartUpload: onNewObject,
  CompleteMultipartUpload: onObject("s3:PutObject"),
  AbortMultipartUpload: onObject("s3:AbortMultipartUpload"),
  ListMultipartUploads: onBucket("s3:ListBucketMultipartUploads"),
};

/** Multipart uploads: begun, completed, aborted and listed. The operations on their parts are in upload-part.ts. */
export const multipartUpload = defineOperations("s3", permissions, {
  async CreateMultipartUpload(input, context) {
    const at = await requireAddress(context, input);
    refuseUnbuilt(context, input);
    const checksum = uploadChecksum(context, input);
    const attributes = newAttributes(context, input);
    const creating = context.objects.createUpload(at, { attributes, ...(checksum && { checksum }) });
    const upload = await namingBucket(input.Bucket, creating);
    return {
      Bucket: input.Bucket,
      Key: input.Key,
      UploadId: upload.uploadId,
      ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
      ...encryptionOutput(attributes),
    };
  },

  async CompleteMultipartUpload(input, context) {
    const at = await requireAddress(context, input);
    refuseMembers(context, input, "", ["SSECustomerAlgorithm", "SSECustomerKey"]);
    const parts = chosenParts(context, input.MultipartUpload?.Parts ?? []);
    const condition = writeCondition(input, context);
    const announced = announcedChecksum(input, context);
    const check = (object: StoredObject) => {
      if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== object.sizeBytes)
        throw invalidRequest("The provided 'x-amz-mp-object-size' header does not match what was computed.");
      if (input.ChecksumType !== undefined && input.ChecksumType !== object.checksum?.type)
        throw invalidRequest(`The upload was not created with the ${input.ChecksumType} checksum type.`);
      if (announced?.value !== undefined && announced.value !== object.checksum?.value.replace(/-\d+$/, ""))
        throw badDigest(announced.algorithm);
    };
    const completing = complete(context, at, input.UploadId, parts, { check, ...(condition && { condition }) });
    const made = await namingBucket(input.Bucket, completing);
    return {
      Location: `${context.settings.endpoint()}/${input.Bucket}/${input.Key.split("/").map(encodeURIComponent).join("/")}`,
      Bucket: input.Bucket,
      Key: input.Key,
      ETag: quoted(made.etag),
      ...objectChecksumOutput(made.checksum),
      ...encryptionOutput(made.attributes),
    };
  },

  async AbortMultipartUpload(input, context) {
    const at = await requireAddress(context, input);
    if (input.IfMatchInitiatedTime) throw notBuilt(context, "IfMatchInitiatedTime");
    await namingBucket(input.Bucket, context.objects.abortUpload(at, input.UploadId));
    return {};
  },

  async ListMultipartUploads(input, context) {
    const bucket = await requireBucket(context, input.Bucket, input.ExpectedBucketOwner);
    const maximum = pageSize("max-uploads", input.MaxUploads);
    const { KeyMarker, UploadIdMarker, Prefix = "", Delimiter } = input;
    const encode = nameEncoding(input.EncodingType);
    const { uploads, prefixes, next } =
      maximum === 0
        ? { uploads: [], prefixes: [] }
        : await context.objects.listUploads(bucket.id, {
            prefix: Prefix,
            limit: maximum,
            ...(Delimiter && { delimiter: Delimiter }),
            ...(KeyMarker && { after: { key: KeyMarker, ...(UploadIdMarker && { uploadId: UploadIdMarker }) } }),
          });
    const owner = ownerOf(context.account);
    return {
      Bucket: input.Bucket,
      KeyMarker: encode(KeyMarker ?? ""),
      UploadIdMarker: UploadIdMarker ?? "",
      Prefix: encode(Prefix),
      ...(Delimiter && { Delimiter: encode(Delimiter) }),
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
      MaxUploads: maximum,
      IsTruncated: next !== undefined,
      ...(next && { NextKeyMarker: encode(next.key), ...(next.uploadId && { NextUploadIdMarker: next.uploadId }) }),
      Uploads: uploads.map(({ key, uploadId, initiated, checksum }) => ({
        Key: encode(key),
        UploadId: uploadId,
        Initiated: new Date(initiated),
        StorageClass: "STANDARD" as const,
        Owner: owner,
        Initiator: owner,
        ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
      })),
      CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    };
  },
});

/**
 * Returns the checksum that the object will have. A full-object checksum must be one that those of the parts combine
 * to.
 */
function uploadChecksum(
  context: Context,
  input: { ChecksumAlgorithm?: string | undefined; ChecksumType?: "COMPOSITE" | "FULL_OBJECT" | undefined },
): MultipartUpload["checksum"] {
  if (input.ChecksumAlgorithm === undefined) {
    if (input.ChecksumType === undefined) return undefined;
    throw invalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
  }
  const algorithm = checksumAlgorithm(context, input.ChecksumAlgorithm);
  const type = input.ChecksumType ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const isDigest = algorithm === "SHA1" || algorithm === "SHA256";
  if ((isDigest && type === "FULL_OBJECT") || (algorithm === "CRC64NVME" && type === "COMPOSITE"))
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  return { algorithm, type };
}

type CompletedPart = ChecksumMembers & { readonly PartNumber?: number | undefined; readonly ETag?: string | undefined };

function chosenParts(
  { settings }: Context,
  parts: readonly CompletedPart[],
): Parameters<ObjectStore["completeUpload"]>[2] {
  if (parts.length === 0) throw malformedXml();
  return parts.map((part) => {
    if (part.PartNumber === undefined || part.ETag === undefined) throw malformedXml();
    const checksum = announcedChecksum(part, { settings, headers: {} })?.value;
    return { number: part.PartNumber, etag: unquoted(part.ETag), ...(checksum !== undefined && { checksum }) };
  });
}

/** A client that missed the answer and completes the upload once more gets the same answer. */
async function complete(
  context: Context,
  ...[at, uploadId, parts, options]: Parameters<ObjectStore["completeUpload"]>
): Promise<StoredObject> {
  try {
    return await context.objects.completeUpload(at, uploadId, parts, options);
  } catch (error) {
    if (!(error instanceof Fault && error.code === "NoSuchUpload")) throw error;
    const made = await context.objects.head(at);
    if (made?.uploadId !== uploadId) throw error;
    return made;
  }
}

/** @throws Fault NoSuchUpload */
export async function requireUpload(
  context: Context,
  input: AddressMembers & { readonly UploadId: string },
): Promise<MultipartUpload> {
  const at = await requireAddress(context, input);
  const upload = await context.objects.getUpload(at, input.UploadId);
  if (!upload) throw noSuchUpload(input.UploadId);
  return upload;
}
