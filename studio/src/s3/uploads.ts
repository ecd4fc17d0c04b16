import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { call } from "../api/command.ts";
import { s3 } from "../services/s3.ts";

export interface Upload {
  readonly id: number;
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly sentBytes: number;
  readonly state: "waiting" | "sending" | "done" | "failed" | "cancelled";
  readonly error?: string;
  cancel(): void;
}

const mebibyte = 1024 * 1024;
/** A file above it is sent in parts, of which so many are on their way at once. */
const partBytes = 16 * mebibyte;
const partsAtOnce = 3;
const filesAtOnce = 3;
/** S3 takes no more parts. */
const mostParts = 10_000;

let uploads: readonly Upload[] = [];
let lastId = 0;
let sending = 0;
const queue: (() => Promise<void>)[] = [];
const listeners = new Set<() => void>();

export const uploadStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  all: (): readonly Upload[] => uploads,
  clear: (): void => set(uploads.filter(({ state }) => state === "waiting" || state === "sending")),
};

function set(next: readonly Upload[]): void {
  uploads = next;
  for (const listener of listeners) listener();
}

const change = (id: number, values: Partial<Upload>): void =>
  set(uploads.map((one) => (one.id === id ? { ...one, ...values } : one)));

/** Sends a file, after those before it. `onDone` is called when it is there. */
export function upload(bucket: string, key: string, file: File, onDone: () => void): void {
  const id = ++lastId;
  const abort = new AbortController();
  const cancel = () => {
    abort.abort();
    change(id, { state: "cancelled" });
  };
  set([...uploads, { id, bucket, key, sizeBytes: file.size, sentBytes: 0, state: "waiting", cancel }]);
  queue.push(async () => {
    if (abort.signal.aborted) return;
    change(id, { state: "sending" });
    let sentBytes = 0;
    const sent = (bytes: number) => {
      sentBytes += bytes;
      change(id, { sentBytes });
    };
    try {
      await (file.size > partBytes ? sendParts : sendWhole)(bucket, key, file, sent, abort.signal);
      change(id, { state: "done" });
      onDone();
    } catch (error) {
      if (!abort.signal.aborted) change(id, { state: "failed", error: (error as Error).message });
    }
  });
  void next();
}

async function next(): Promise<void> {
  if (sending >= filesAtOnce) return;
  const work = queue.shift();
  if (!work) return;
  sending++;
  await work();
  sending--;
  await next();
}

type Send = (
  bucket: string,
  key: string,
  file: File,
  sent: (bytes: number) => void,
  signal: AbortSignal,
) => Promise<void>;

const sendWhole: Send = async (Bucket, Key, file, sent, signal) => {
  await call(s3, PutObjectCommand, { Bucket, Key, Body: file, ContentType: file.type || undefined }, signal);
  sent(file.size);
};

const sendParts: Send = async (Bucket, Key, file, sent, signal) => {
  const size = Math.max(partBytes, Math.ceil(file.size / mostParts / mebibyte) * mebibyte);
  const begun = { Bucket, Key, ContentType: file.type || undefined };
  const { UploadId } = await call(s3, CreateMultipartUploadCommand, begun, signal);
  const count = Math.ceil(file.size / size);
  const tags: string[] = [];
  let started = 0;
  const sender = async () => {
    while (started < count) {
      const index = started++;
      // A slice is read as it is sent, so a file of any size takes no memory.
      const Body = file.slice(index * size, (index + 1) * size);
      const { ETag } = await call(
        s3,
        UploadPartCommand,
        { Bucket, Key, UploadId, PartNumber: index + 1, Body },
        signal,
      );
      tags[index] = ETag!;
      sent(Body.size);
    }
  };
  try {
    await Promise.all(Array.from({ length: partsAtOnce }, sender));
    const Parts = tags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
    await call(s3, CompleteMultipartUploadCommand, { Bucket, Key, UploadId, MultipartUpload: { Parts } }, signal);
  } catch (error) {
    await call(s3, AbortMultipartUploadCommand, { Bucket, Key, UploadId });
    throw error;
  }
};
