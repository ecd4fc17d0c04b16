import { createHash } from "node:crypto";
import { entityTooSmall, invalidPart, invalidPartOrder } from "../../aws/object-faults.ts";
import { combineChecksums } from "./checksums.ts";
import type { IndexedObject } from "./object-index.ts";
import type { CompleteOptions, MultipartUpload, ObjectStore } from "./port.ts";
import type { IndexedPart } from "./upload-index.ts";

/** The least size of all parts but the last. */
const leastPartBytes = 5 * 1024 * 1024;

export type ChosenParts = Parameters<ObjectStore["completeUpload"]>[2];

/** Returns the object made of these parts of an upload; its body is the concatenation of theirs. */
export function assemble(
  upload: MultipartUpload,
  chosen: ChosenParts,
  partNumbered: (number: number) => IndexedPart | undefined,
  modified: number,
  check: CompleteOptions["check"],
): IndexedObject {
  const parts: IndexedPart[] = [];
  for (const { number, etag, checksum } of chosen) {
    if (parts.length > 0 && number <= parts.at(-1)!.number) throw invalidPartOrder(upload.uploadId);
    const part = partNumbered(number);
    if (!part || part.etag !== etag || (checksum !== undefined && part.checksum?.value !== checksum))
      throw invalidPart(upload.uploadId, number, etag);
    parts.push(part);
  }
  const small = parts.slice(0, -1).find((part) => part.sizeBytes < leastPartBytes);
  if (small) throw entityTooSmall(small, leastPartBytes);

  const md5 = createHash("md5");
  for (const part of parts) md5.update(part.etag, "hex");
  const { algorithm, type } = upload.checksum ?? {};
  const values = parts.map((part) => ({ value: part.checksum?.value ?? "", sizeBytes: part.sizeBytes }));
  const object = {
    bucket: upload.bucket,
    key: upload.key,
    version: "null",
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    etag: `${md5.digest("hex")}-${parts.length}`,
    modified,
    attributes: upload.attributes,
    ...(algorithm && type && { checksum: combineChecksums(algorithm, type, values) }),
    parts: parts.map(({ sizeBytes, checksum }) => ({ sizeBytes, ...(checksum && { checksum: checksum.value }) })),
    uploadId: upload.uploadId,
  };
  check?.(object);
  return { object, segments: parts.map(({ body, sizeBytes }) => ({ id: body, sizeBytes })) };
}
