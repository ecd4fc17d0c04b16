import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { S3 } from "@aws-sdk/client-s3";
import { isDiskFull } from "../base/is-disk-full.ts";
import type { Lending, LendingWish } from "../base/lending.ts";
import { askForFiles } from "./ask-for-files.ts";
import { serverAddress } from "./server-address.ts";

/** Without a logger the SDK warns of its own retries in the log of the job. */
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
/**
 * Larger files are uploaded in parts: a request carries 5 GiB at most, and a failed one starts again from its
 * beginning.
 */
const partBytes = 256 * 1024 * 1024;
const firstRetryMilliseconds = 200;
const lastRetryMilliseconds = 5_000;
/** A request is given up after this many failures in a row, about half a minute. An absent server does not count. */
const mostFailures = 10;
/** The same of a run that is being stopped, about three seconds. */
const mostFailuresWhenStopping = 5;

/** The object store as a run reaches it: by the public API, with the run's own key. */
export interface ObjectClient {
  /** Lists keys and sizes of all objects whose keys begin with the prefix. */
  list(bucket: string, prefix: string): AsyncIterable<{ readonly key: string; readonly sizeBytes: number }>;
  readText(bucket: string, key: string): Promise<string>;
  download(bucket: string, key: string, file: string): Promise<void>;
  open(bucket: string, key: string): Promise<OpenObject>;
  /** Has the server put objects below a prefix into the run's own folder. */
  lend(wish: LendingWish): Promise<Lending>;
  upload(file: string, bucket: string, key: string): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
}

/** An object that is being read. */
export interface OpenObject {
  readonly sizeBytes: number;
  /** Continues where it broke off, and fails when the object has been replaced meanwhile. It can be read once. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of a body that is not read to its end. */
  close(): void;
}

export interface ObjectClientOptions {
  /** Ends all requests and all waiting. */
  readonly signal?: AbortSignal;
  /** Once it has aborted, a full disk is a failure like any other, and fewer failures in a row are borne. */
  readonly stopping?: AbortSignal;
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/**
 * Makes a client that waits without limit for an absent server and for room on its disk, because the keeper decides
 * when the run gives up. It gives up a request that the server fails again and again.
 */
export function createObjectClient(options: ObjectClientOptions = {}): ObjectClient {
  const { signal, stopping, pause = (milliseconds) => delay(milliseconds, undefined, { signal }) } = options;
  let client: { readonly address: string; readonly s3: S3 } | undefined;

  /** A restarted server may have another address. */
  function connected(): S3 {
    const address = serverAddress();
    if (client?.address !== address) {
      client?.s3.destroy();
      client = { address, s3: new S3({ endpoint: address, forcePathStyle: true, maxAttempts: 1, logger: silent }) };
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
        failures = isFailure(error, stopping?.aborted) ? failures + 1 : 0;
        if (failures >= (stopping?.aborted ? mostFailuresWhenStopping : mostFailures)) throw error;
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
      // Two objects never share a file, so the file must be new; a retry overwrites what the failed attempt left.
      let flags = "wx";
      try {
        await persistently(async (s3) => {
          const { Body } = await s3.getObject({ Bucket, Key });
          const target = createWriteStream(file, { flags }).once("open", () => {
            flags = "w";
          });
          await pipeline(Body as Readable, target, { signal });
        });
      } catch (error) {
        // The end of the run needs the room.
        if (flags === "w" && isDiskFull(error)) await rm(file, { force: true });
        throw error;
      }
    },

    async open(Bucket, Key) {
      const { Body, ContentLength, ETag } = await persistently((s3) => s3.getObject({ Bucket, Key }));
      const sizeBytes = ContentLength!;
      let body = Body as Readable;
      // A body may break off before it is read, and an error that nothing hears would end the program. Reading throws it.
      body.on("error", () => {});
      async function* bytes() {
        let at = 0;
        for (let failures = 0; ; ) {
          const from = at;
          try {
            for await (const piece of body as AsyncIterable<Uint8Array>) {
              at += piece.length;
              yield piece;
            }
            return;
          } catch (error) {
            if (at === sizeBytes) return;
            failures = at > from ? 0 : failures + 1;
            if (!isServerAway(error) || failures >= mostFailures) throw error;
          }
          await pause(firstRetryMilliseconds);
          const rest = { Bucket, Key, IfMatch: ETag, Range: `bytes=${at}-` };
          body = (await persistently((s3) => s3.getObject(rest))).Body as Readable;
        }
      }
      return { sizeBytes, body: bytes(), close: () => body.destroy() };
    },

    lend: (wish) => persistently((s3) => askForFiles(s3, wish, signal)),

    remove: async (Bucket, Key) => void (await persistently((s3) => s3.deleteObject({ Bucket, Key }))),

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
 * Whether to retry: no answer, half an answer, a 5xx, or an unknown key. A run's key is valid while the run goes on, so
 * a server that does not know the key is another one that has taken the address.
 */
function isServerAway(error: unknown): boolean {
  const { name, code, message, $metadata } = error as SentError;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return status < 300 || (status >= 500 && status !== 501) || name === "InvalidAccessKeyId";
  return name === "TimeoutError" || message === "aborted" || (code !== undefined && connectionFaults.test(code));
}

/**
 * Whether a retried error counts as a failure of the server. An unknown key does not. Of a run that is being stopped a
 * full disk does (503), and a connection that breaks: a refusal may come before the body is sent, and break it.
 */
function isFailure(error: unknown, isStopping = false): boolean {
  const { name, code, message, $metadata } = error as SentError;
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return message === "aborted" || (isStopping && code !== "ECONNREFUSED");
  return (status !== 503 || isStopping) && name !== "InvalidAccessKeyId";
}

type SentError = Error & { readonly code?: string; readonly $metadata?: { readonly httpStatusCode?: number } };

/** Codes of the system, of Node's parser and streams, and, the last ones, of fetch. */
const connectionFaults =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|HPE_|ERR_STREAM_PREMATURE_CLOSE|UND_ERR_(SOCKET|\w+_TIMEOUT)$)/;
