import type { IncomingMessage } from "node:http";
import type { RunAddress } from "../../../executors/port.ts";
import type { Connections } from "../../../runs/connections.ts";
import {
  answerTooLarge,
  brokenAnswer,
  type ModelAnswer,
  mostAnswerBytes,
  type NoAnswer,
  timedOut,
} from "../../../runs/model-answer.ts";
import type { SignOfLife } from "../../../runs/quarantine.ts";
import { request } from "../../../wire/node-http.ts";

export const isAnswer = <Answer extends { readonly status: number }>(answer: Answer | NoAnswer): answer is Answer =>
  "status" in answer;

/**
 * Sends one invocation to the model server. `headers` are names and values in turn, which node:http writes as they are.
 * Without `connections` it goes over a connection of its own.
 */
export function invokeModelServer(
  address: RunAddress,
  headers: readonly string[],
  body: Uint8Array,
  options: {
    readonly timeoutMilliseconds: number;
    readonly connections: Connections | undefined;
    /** Whether the model server speaks frames. */
    readonly frames?: boolean;
  },
): Promise<ModelAnswer | NoAnswer> {
  const { connections, frames, timeoutMilliseconds } = options;
  if (frames && connections) return connections.frames(address).invoke(headers, body, timeoutMilliseconds);
  return new Promise((resolve) => {
    const give = (failure: string, begun: NoAnswer["begun"]) => resolve({ failure, begun });
    const outgoing = request({
      ...address,
      path: "/invocations",
      method: "POST",
      headers: [...headers, "host", "localhost", "content-length", String(body.byteLength)],
      agent: connections?.http ?? false,
    });
    // The limit is for the whole answer: a slow trickle of bytes does not extend it.
    const timer = setTimeout(() => {
      resolve({ failure: timedOut, begun: true, isLate: true });
      outgoing.destroy();
    }, options.timeoutMilliseconds);
    outgoing.on("close", () => clearTimeout(timer));
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      isUnwritten(error, body.byteLength)
        ? give(`The model server cannot be reached: ${error.message}`, false)
        : give("The model server ended before it answered.", true),
    );
    outgoing.on("response", (response) => {
      readAll(response).then(
        (body) => resolve({ status: response.statusCode!, headers: response.headers, body }),
        (error: unknown) => {
          outgoing.destroy();
          give(error instanceof AnswerTooLarge ? error.message : brokenAnswer, true);
        },
      );
    });
    outgoing.end(body);
  });
}

/**
 * A request this small is written to an idle connection at once or not at all: the least buffer that Linux gives a
 * socket has more, its head included.
 */
const writtenAtOnceBytes = 64 * 1024;

/**
 * Whether not a byte of a request was written: there was no connection, or the model server had closed the one that was
 * kept. A connection that breaks later breaks with ECONNRESET, or in the middle of a large body.
 */
const isUnwritten = ({ syscall, code }: NodeJS.ErrnoException, bodyBytes: number): boolean =>
  syscall === "connect" || (syscall === "write" && code === "EPIPE" && bodyBytes <= writtenAtOnceBytes);

/** The container contract: a ping is answered within 2 s. */
const pingMilliseconds = 2_000;

/** Asks a model server whether it works, over a connection of its own. */
export function pingModelServer(address: RunAddress): Promise<SignOfLife> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(pingMilliseconds);
    const outgoing = request({ ...address, path: "/ping", agent: false, signal });
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      // A full queue of connections is EAGAIN: the server is there, and accepts none.
      resolve(error.syscall === "connect" && error.code !== "EAGAIN" ? "gone" : "no");
    });
    outgoing.on("response", (response) => {
      response.on("error", () => {}).resume();
      resolve(response.statusCode === 200 ? "yes" : "no");
    });
    outgoing.end();
  });
}

class AnswerTooLarge extends Error {
  override readonly message = answerTooLarge;
}

function readAll(response: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    response.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > mostAnswerBytes) reject(new AnswerTooLarge());
      else chunks.push(chunk);
    });
    response.once("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    response.on("error", reject);
  });
}
