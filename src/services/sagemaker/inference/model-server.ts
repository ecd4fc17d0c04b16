import type { IncomingMessage } from "node:http";
import type { RunAddress } from "../../../executors/port.ts";
import type { Connections } from "../../../runs/connections.ts";
import type { SignOfLife } from "../../../runs/quarantine.ts";
import { request } from "../../../wire/node-http.ts";

/** What a model server answered. */
export interface ModelAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** AWS's text for a timeout. */
const timedOut =
  "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.";

/** Why there is no answer. */
export interface NoAnswer {
  readonly failure: string;
  /** Whether a byte of the request may have reached the model server. */
  readonly begun: boolean;
  /** Whether the call ran into its limit: the model server may hang. */
  readonly isLate?: boolean;
}

export const isAnswer = (answer: ModelAnswer | NoAnswer): answer is ModelAnswer => "status" in answer;

/**
 * Sends one invocation to the model server. `headers` are names and values in turn, which node:http writes as they are.
 * Without `connections` it goes over a connection of its own.
 */
export function invokeModelServer(
  address: RunAddress,
  headers: readonly string[],
  body: Uint8Array,
  options: { readonly timeoutMilliseconds: number; readonly connections: Connections | undefined },
): Promise<ModelAnswer | NoAnswer> {
  return new Promise((resolve) => {
    const give = (failure: string, begun: NoAnswer["begun"]) => resolve({ failure, begun });
    const outgoing = request({
      ...address,
      path: "/invocations",
      method: "POST",
      headers: [...headers, "host", "localhost", "content-length", String(body.byteLength)],
      agent: options.connections ?? false,
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
          give(error instanceof AnswerTooLarge ? error.message : "The model server broke off its answer.", true);
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

/** The payload limit of InvokeEndpoint: the answer is held whole, as the request is. */
const mostAnswerBytes = 25 * 1024 * 1024;

class AnswerTooLarge extends Error {
  override readonly message =
    `The model server's answer is larger than ${mostAnswerBytes} bytes, the most an invocation may have. Send fewer rows at a time.`;
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
