import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { S3 } from "@aws-sdk/client-s3";
import { serverAddress } from "./server-address.ts";

/** Larger files are sent in parts: one request takes 5 GiB, and what fails is sent again from its beginning. */
const partBytes = 256 * 1024 * 1024;
const firstRetryMilliseconds = 200;
const lastRetryMilliseconds = 5_000;
/** So often in a row a server that is there may fail at the same request (half a minute): then it will not do better. */
const mostFailures = 10;

/** The objects of the platform as a run sees them: with the run's own key, by the public API. */
export interface ObjectClient {
  /** Keys and sizes of all objects that begin with that prefix. */
  list(bucket: string, prefix: string): AsyncIterable<{ readonly key: string; readonly sizeBytes: number }>;
  readText(bucket: string, key: string): Promise<string>;
  /** The file appears whole. */
  download(bucket: string, key: string, file: string): Promise<void>;
  upload(file: string, bucket: string, key: string): Promise<void>;
}

/**
 * Waits for a server that is away for as long as it takes: its keeper knows when to give up. One that is there and fails at
 * the same request again and again is given up. `signal` ends the waiting.
 */
export function createObjectClient(
  signal?: AbortSignal,
  pause = (milliseconds: number): Promise<void> => delay(milliseconds, undefined, { signal }),
): ObjectClient {
  let client: { readonly address: string; readonly s3: S3 } | undefined;

  /** A server that was started again may have another address. */
  function connected(): S3 {
    const address = serverAddress();
    if (client?.address !== address) {
      client?.s3.destroy();
      client = { address, s3: new S3({ endpoint: address, forcePathStyle: true, maxAttempts: 1 }) };
    }
    return client.s3;
  }

  async function persistently<T>(attempt: (s3: S3) => Promise<T>): Promise<T> {
    let failures = 0;
    for (let wait = firstRetryMilliseconds; ; wait = Math.min(wait * 2, lastRetryMilliseconds)) {
      signal?.throwIfAborted();
      try {
        return await attempt(connected());
      } catch (error) {
        if (!isServerAway(error)) throw error;
        failures = isFailure(error) ? failures + 1 : 0;
        if (failures === mostFailures) throw error;
        await pause(wait);
      }
    }
  }

  return {
    async *list(Bucket, Prefix) {
      let ContinuationToken: string | undefined;
      do {
        const page = await persistently((s3) => s3.listObjectsV2({ Bucket, Prefix, ContinuationToken }));
        for (const { Key, Size } of page.Contents ?? []) yield { key: Key!, sizeBytes: Size! };
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
    },

    readText: (Bucket, Key) =>
      persistently(async (s3) => (await s3.getObject({ Bucket, Key })).Body!.transformToString()),

    async download(Bucket, Key, file) {
      await mkdir(dirname(file), { recursive: true });
      // Two objects never share a file: it must be new, but for what an earlier try of this one left.
      let flags = "wx";
      await persistently(async (s3) => {
        const { Body } = await s3.getObject({ Bucket, Key });
        const target = createWriteStream(file, { flags }).once("open", () => {
          flags = "w";
        });
        await pipeline(Body as Readable, target, { signal });
      });
    },

    async upload(file, Bucket, Key) {
      const { size } = await stat(file);
      if (size <= partBytes) {
        await persistently((s3) => s3.putObject({ Bucket, Key, Body: createReadStream(file), ContentLength: size }));
        return;
      }
      const { UploadId } = await persistently((s3) => s3.createMultipartUpload({ Bucket, Key }));
      const Parts: { PartNumber: number; ETag?: string }[] = [];
      for (let start = 0; start < size; start += partBytes) {
        const end = Math.min(start + partBytes, size);
        const PartNumber = Parts.length + 1;
        const { ETag } = await persistently((s3) => {
          const Body = createReadStream(file, { start, end: end - 1 });
          return s3.uploadPart({ Bucket, Key, UploadId, PartNumber, Body, ContentLength: end - start });
        });
        Parts.push({ PartNumber, ETag });
      }
      await persistently((s3) => s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    },
  };
}

/**
 * No answer, half an answer, one that says that the server has trouble of its own, or one of somebody else: a run's key
 * is good as long as the run goes on, so who does not know it has only come to have the address of a server that is away.
 */
function isServerAway(error: unknown): boolean {
  const { name, code, message, $metadata } = error as SentError;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return status < 300 || (status >= 500 && status !== 501) || name === "InvalidAccessKeyId";
  return name === "TimeoutError" || message === "aborted" || (code !== undefined && connectionFaults.test(code));
}

/** Whether a server answered, and not that it has to be asked later (a full disk is 503) or does not know the run yet. */
function isFailure(error: unknown): boolean {
  const { name, message, $metadata } = error as SentError;
  const status = $metadata?.httpStatusCode;
  return status === undefined ? message === "aborted" : status !== 503 && name !== "InvalidAccessKeyId";
}

type SentError = Error & { readonly code?: string; readonly $metadata?: { readonly httpStatusCode?: number } };

const connectionFaults = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|HPE_|ERR_STREAM_PREMATURE_CLOSE)/;
