import { Fault } from "./faults.ts";

/**
 * S3's faults for objects, uploads and buckets that do not exist or do not meet the request's conditions, in AWS's
 * words. The object store knows a bucket by its id only, so the service adds the bucket's name to these faults.
 */
export const bucketGone = (): Fault =>
  new Fault("NoSuchBucket", "The specified bucket does not exist", { status: 404 });

export const bucketNotEmpty = (): Fault =>
  new Fault("BucketNotEmpty", "The bucket you tried to delete is not empty", { status: 409 });

export const badDigest = (what: string): Fault =>
  new Fault("BadDigest", `The ${what} you specified did not match the calculated checksum.`);

export const noSuchKey = (key: string): Fault =>
  new Fault("NoSuchKey", "The specified key does not exist.", { status: 404, members: { Key: key } });

export const noSuchUpload = (uploadId: string): Fault =>
  new Fault(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    { status: 404, members: { UploadId: uploadId } },
  );

export const preconditionFailed = (condition: string): Fault =>
  new Fault("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    status: 412,
    members: { Condition: condition },
  });

export const invalidPart = (uploadId: string, number: number, etag: string): Fault =>
  new Fault(
    "InvalidPart",
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified " +
      "entity tag may not match the part's entity tag.",
    { members: { UploadId: uploadId, PartNumber: number, ETag: etag } },
  );

export const invalidPartOrder = (uploadId: string): Fault =>
  new Fault("InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.", {
    members: { UploadId: uploadId },
  });

export const entityTooSmall = (part: { number: number; sizeBytes: number; etag: string }, leastBytes: number): Fault =>
  new Fault("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
    members: { ProposedSize: part.sizeBytes, MinSizeAllowed: leastBytes, PartNumber: part.number, ETag: part.etag },
  });
