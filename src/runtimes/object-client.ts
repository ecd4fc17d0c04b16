import { createWriteStream } from "node:fs";
import { mkdir, open, rm, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Lending, LendingWish } from "../base/lending.ts";
import { askForFiles } from "./ask-for-files.ts";
import { checkedBody, checksumHeaders, checksummedBytes, checksummedFile } from "./requests/checksums.ts";
import { firstRetryMilliseconds, isServerAway, mostFailures, persistence } from "./requests/persistence.ts";
import { readFault } from "./requests/read-fault.ts";
import { type Request, readText, type StreamedBody, sendRequest } from "./requests/send-request.ts";
import type { RequestKey } from "./requests/signed-headers.ts";
import { xmlElements, xmlText } from "./requests/xml-text.ts";

/**
 * Larger files are uploaded in parts: a request carries 5 GiB at most, and a failed one starts again from its
 * beginning.
 */
const usualPartBytes = 256 * 1024 * 1024;

/** An object that is written as it comes has small parts first, which wait in memory; 10,000 of them is the most in S3. */
const firstPartBytes = 8 * 1024 * 1024;
const smallParts = 2_000;
const laterPartBytes = 64 * 1024 * 1024;
const abortMilliseconds = 10_000;

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
  /** Begins an object whose bytes are not there yet. It is there when it is ended. */
  write(bucket: string, key: string): ObjectWriter;
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

/** An object that is being written. Nothing is seen of it before its end. */
export interface ObjectWriter {
  /** Takes bytes in order; waits while a part is uploaded. */
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
  /** Removes what was uploaded of an object that is not to be. */
  abort(): Promise<void>;
}

export interface ObjectClientOptions {
  /** Ends all requests and all waiting. */
  readonly signal?: AbortSignal;
  /** Once it has aborted, a full disk is a failure like any other, and fewer failures in a row are borne. */
  readonly stopping?: AbortSignal;
  readonly pause?: (milliseconds: number) => Promise<void>;
  /** In place of the run's own. */
  readonly key?: RequestKey;
  /** Larger files are uploaded in parts of this size. */
  readonly partBytes?: number;
}

/**
 * Makes a client that waits without limit for an absent server and for room on its disk, because the keeper decides
 * when the run gives up. It gives up a request that the server fails again and again.
 */
export function createObjectClient(options: ObjectClientOptions = {}): ObjectClient {
  const { key, signal, stopping, partBytes = usualPartBytes } = options;
  const { pause = (milliseconds) => delay(milliseconds, undefined, { signal }) } = options;

  const persistently = persistence({ signal, stopping, pause });
  const send = (request: Omit<Request, "service">): Promise<IncomingMessage> =>
    sendRequest({ ...request, service: "s3", ...(key && { key }) }, signal);
  const askFor = async (request: Omit<Request, "service">): Promise<string> => readText(await send(request));
  const get = (bucket: string, key: string, headers = {}): Promise<IncomingMessage> =>
    send({ method: "GET", path: `/${bucket}/${key}`, headers: { "x-amz-checksum-mode": "ENABLED", ...headers } });

  /** Sends a body as an object or a part of one, and returns its ETag. */
  async function put(path: string, query: Record<string, string>, body: StreamedBody) {
    const answer = await send({ method: "PUT", path, query, headers: checksumHeaders(body), body });
    await readText(answer);
    return answer.headers.etag;
  }

  /** Begins an upload in parts, which are taken one after another. */
  async function beginParts(path: string) {
    const begun = await persistently(() => askFor({ method: "POST", path, query: { uploads: "" } }));
    const uploadId = xmlText(begun, "UploadId")!;
    const parts: string[] = [];
    return {
      uploadId,
      async add(body: () => StreamedBody) {
        const query = { uploadId, partNumber: String(parts.length + 1) };
        const etag = await persistently(() => put(path, query, body()));
        parts.push(`<Part><PartNumber>${query.partNumber}</PartNumber><ETag>${etag}</ETag></Part>`);
        return parts.length;
      },
      async complete() {
        const body = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
        await persistently(async () => {
          const text = await askFor({ method: "POST", path, query: { uploadId }, body });
          // The answer begins before the server is done, so it may be a success with a fault in it.
          if (xmlText(text, "Code") !== undefined) throw readFault(text, 500);
        });
      },
    };
  }

  async function uploadInParts(path: string, file: string, sizeBytes: number): Promise<void> {
    const upload = await beginParts(path);
    for (let start = 0; start < sizeBytes; start += partBytes)
      await upload.add(() => checksummedFile(file, Math.min(partBytes, sizeBytes - start), start));
    await upload.complete();
  }

  return {
    async *list(bucket, prefix) {
      let token: string | undefined;
      do {
        const query: Record<string, string> = { "list-type": "2", "encoding-type": "url", prefix };
        if (token !== undefined) query["continuation-token"] = token;
        const page = await persistently(() => askFor({ method: "GET", path: `/${bucket}`, query }));
        for (const object of xmlElements(page, "Contents")) {
          const key = decodeURIComponent(xmlText(object, "Key")!.replaceAll("+", " "));
          yield { key, sizeBytes: Number(xmlText(object, "Size")) };
        }
        token = xmlText(page, "NextContinuationToken");
      } while (token !== undefined);
    },

    readText: (bucket, key) => persistently(async () => readText(checkedBody(await get(bucket, key)))),

    async download(bucket, key, file) {
      await mkdir(dirname(file), { recursive: true });
      // Two objects never share a file, so the file must be new; each attempt overwrites what the last one left.
      await (await open(file, "wx")).close();
      try {
        await persistently(async () => {
          const answer = await get(bucket, key);
          await pipeline(checkedBody(answer), createWriteStream(file), { signal });
        });
      } catch (error) {
        // The end of the run needs the room, and an object that is not there has no file.
        await rm(file, { force: true });
        throw error;
      }
    },

    async open(bucket, key) {
      const opened = await persistently(() => get(bucket, key));
      const sizeBytes = Number(opened.headers["content-length"]);
      const { etag } = opened.headers;
      let answer = opened;
      // A body may break off before it is read, and an error that nothing hears would end the program. Reading throws it.
      opened.on("error", () => {});
      async function* bytes() {
        let at = 0;
        for (let failures = 0; ; ) {
          const from = at;
          try {
            for await (const piece of checkedBody(answer)) {
              at += piece.length;
              yield piece;
            }
            return;
          } catch (error) {
            if (at === sizeBytes && isServerAway(error)) return;
            failures = at > from ? 0 : failures + 1;
            if (!isServerAway(error) || failures >= mostFailures) throw error;
          }
          await pause(firstRetryMilliseconds);
          const rest = { "if-match": etag!, range: `bytes=${at}-` };
          answer = await persistently(() => get(bucket, key, rest));
        }
      }
      return { sizeBytes, body: bytes(), close: () => void answer.destroy() };
    },

    lend: (wish) => persistently(() => askForFiles(wish, signal)),

    remove: async (bucket, key) =>
      void (await persistently(() => askFor({ method: "DELETE", path: `/${bucket}/${key}` }))),

    async upload(file, bucket, key) {
      const { size } = await stat(file);
      const path = `/${bucket}/${key}`;
      if (size <= partBytes) await persistently(() => put(path, {}, checksummedFile(file, size)));
      else await uploadInParts(path, file, size);
    },

    write(bucket, key) {
      const path = `/${bucket}/${key}`;
      let upload: Awaited<ReturnType<typeof beginParts>> | undefined;
      let pieces: Uint8Array[] = [];
      let sizeBytes = 0;
      let mostBytes = firstPartBytes;
      const sendPart = async () => {
        upload ??= await beginParts(path);
        const part = pieces;
        pieces = [];
        sizeBytes = 0;
        if ((await upload.add(() => checksummedBytes(part))) === smallParts) mostBytes = laterPartBytes;
      };
      return {
        async write(bytes) {
          pieces.push(bytes);
          sizeBytes += bytes.length;
          if (sizeBytes >= mostBytes) await sendPart();
        },
        async end() {
          if (!upload) return void (await persistently(() => put(path, {}, checksummedBytes(pieces))));
          if (sizeBytes > 0) await sendPart();
          await upload.complete();
        },
        async abort() {
          pieces = [];
          if (!upload) return;
          const query = { uploadId: upload.uploadId };
          // It is done also where the client's own requests are over.
          const answer = await sendRequest(
            { method: "DELETE", path, query, service: "s3", ...(options.key && { key: options.key }) },
            AbortSignal.timeout(abortMilliseconds),
          );
          await readText(answer);
        },
      };
    },
  };
}
