import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { call } from "../api/command.ts";
import { s3 } from "../services/s3.ts";

/** A file on its way. What of it has arrived is kept, so that another try sends the rest alone. */
export interface Sending {
  readonly bucket: string;
  readonly key: string;
  readonly file: File;
  uploadId?: string;
  /** By the number of a part, from 0. */
  readonly arrived: Map<number, string>;
}

const mebibyte = 1024 * 1024;
/** A file above it is sent in parts, of which so many are on their way at once. */
const partBytes = 16 * mebibyte;
const partsAtOnce = 3;
/** S3 takes no more parts. */
const mostParts = 10_000;
/** Pauses before a part is sent again. */
const pauses = [500, 2_000, 5_000];

/** Sends a file, or what another try has left of it. `sent` is called with each stretch of bytes that has arrived. */
export async function sendFile(sending: Sending, sent: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  if (sending.file.size > partBytes) return await sendParts(sending, sent, signal);
  const { bucket: Bucket, key: Key, file } = sending;
  const input = { Bucket, Key, Body: file, ContentType: file.type || undefined };
  await again(signal, () => call(s3, PutObjectCommand, input, signal));
  sent(file.size);
}

async function sendParts(sending: Sending, sent: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  const { bucket: Bucket, key: Key, file, arrived } = sending;
  const size = Math.max(partBytes, Math.ceil(file.size / mostParts / mebibyte) * mebibyte);
  if (sending.uploadId === undefined) {
    const begun = { Bucket, Key, ContentType: file.type || undefined };
    sending.uploadId = (await call(s3, CreateMultipartUploadCommand, begun, signal)).UploadId!;
  }
  const UploadId = sending.uploadId;
  const missing = Array.from({ length: Math.ceil(file.size / size) }, (_, index) => index).filter(
    (index) => !arrived.has(index),
  );
  const sender = async () => {
    for (let index = missing.shift(); index !== undefined; index = missing.shift()) {
      // A slice is read as it is sent, so a file of any size takes no memory.
      const Body = file.slice(index * size, (index + 1) * size);
      const input = { Bucket, Key, UploadId, PartNumber: index + 1, Body };
      const { ETag } = await again(signal, () => call(s3, UploadPartCommand, input, signal));
      arrived.set(index, ETag!);
      sent(Body.size);
    }
  };
  const senders = Array.from({ length: partsAtOnce }, () =>
    sender().catch((error) => {
      // Parts that are on their way may arrive; no other is begun.
      missing.length = 0;
      throw error;
    }),
  );
  const ends = await Promise.allSettled(senders);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  const Parts = [...arrived]
    .sort(([one], [other]) => one - other)
    .map(([index, ETag]) => ({ ETag, PartNumber: index + 1 }));
  await call(s3, CompleteMultipartUploadCommand, { Bucket, Key, UploadId, MultipartUpload: { Parts } }, signal);
}

/** Gives up a file: what of it has arrived is deleted. */
export async function abandon({ bucket, key, uploadId }: Sending): Promise<void> {
  if (uploadId !== undefined)
    await call(s3, AbortMultipartUploadCommand, { Bucket: bucket, Key: key, UploadId: uploadId });
}

/** Tries what a network or a busy server has failed again, after a pause. */
async function again<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (const pause of pauses) {
    try {
      return await work();
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (signal.aborted || (status !== undefined && status < 500)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return await work();
}
