import type { IncomingMessage } from "node:http";
import { pipeline, type Readable } from "node:stream";
import type { SocketAddress } from "../../../executors/port.ts";
import {
  answerTooLarge,
  brokenAnswer,
  type ModelAnswer,
  mostAnswerBytes,
  type NoAnswer,
  timedOut,
} from "../../../runs/model-answer.ts";
import { request } from "../../../wire/node-http.ts";

/** An answer whose body comes in parts. */
export interface ModelStream extends Pick<ModelAnswer, "status" | "headers"> {
  /** Throws StreamBroken when the answer has no end. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Ends the request. */
  destroy(): void;
  /** Resolves when the request has ended, however it did. */
  readonly closed: Promise<void>;
}

/** An answer has begun and has no end. */
export class StreamBroken extends Error {
  readonly isLate: boolean;
  constructor(message: string, isLate: boolean) {
    super(message);
    this.isLate = isLate;
  }
}

/** A body that is read as it is sent. */
export interface BodyStream {
  readonly stream: Readable;
  /** Unknown when left out. */
  readonly sizeBytes?: number | undefined;
}

/**
 * Sends a request to a model server over a connection of its own, and returns when the answer begins. The limit is for
 * the whole answer. A body that comes as a stream is destroyed when the request ends before it was read.
 */
export function streamModelServer(
  address: SocketAddress,
  headers: readonly string[],
  body: Uint8Array | BodyStream,
  { timeoutMilliseconds, signal }: { readonly timeoutMilliseconds: number; readonly signal: AbortSignal },
): Promise<ModelStream | NoAnswer> {
  return new Promise((resolve) => {
    let isLate = false;
    const outgoing = request({
      ...address,
      path: "/invocations",
      method: "POST",
      headers: [...headers, "host", "localhost", ...lengthOf(body)],
      agent: false,
      signal,
    });
    const timer = setTimeout(() => {
      isLate = true;
      resolve({ failure: timedOut, begun: true, isLate });
      outgoing.destroy();
    }, timeoutMilliseconds);
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    outgoing.on("close", () => {
      clearTimeout(timer);
      close();
    });
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      resolve(
        error.syscall === "connect"
          ? { failure: `The model server cannot be reached: ${error.message}`, begun: false }
          : { failure: "The model server ended before it answered.", begun: true },
      ),
    );
    outgoing.on("response", (response) =>
      resolve({
        status: response.statusCode!,
        headers: response.headers,
        chunks: chunksOf(response, () => isLate),
        destroy: () => void outgoing.destroy(),
        closed,
      }),
    );
    if (body instanceof Uint8Array) outgoing.end(body);
    else pipeline(body.stream, outgoing, () => {});
  });
}

function lengthOf(body: Uint8Array | BodyStream): string[] {
  const bytes = body instanceof Uint8Array ? body.byteLength : body.sizeBytes;
  return bytes === undefined ? ["transfer-encoding", "chunked"] : ["content-length", String(bytes)];
}

async function* chunksOf(response: IncomingMessage, isLate: () => boolean): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch {
    throw new StreamBroken(isLate() ? timedOut : brokenAnswer, isLate());
  }
}

/** Has an answer that came whole as one that comes in one part. */
export function streamOf(answer: ModelAnswer | NoAnswer): ModelStream | NoAnswer {
  if (!("status" in answer)) return answer;
  const { status, headers, body } = answer;
  const { promise: closed, resolve: destroy } = Promise.withResolvers<void>();
  async function* chunks() {
    yield body;
  }
  return { status, headers, chunks: chunks(), destroy, closed };
}

/** Reads what is left of an answer. */
export async function wholeOf(stream: ModelStream): Promise<ModelAnswer | NoAnswer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of stream.chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > mostAnswerBytes) return { failure: answerTooLarge, begun: true };
      chunks.push(chunk);
    }
    return { status: stream.status, headers: stream.headers, body: Buffer.concat(chunks) };
  } catch (error) {
    return { failure: (error as Error).message, begun: true };
  } finally {
    stream.destroy();
  }
}
