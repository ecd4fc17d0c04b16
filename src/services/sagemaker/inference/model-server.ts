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

/**
 * Why there is no answer, and whether the model server had begun: "perhaps" when the connection broke before its
 * answer.
 */
export interface NoAnswer {
  readonly failure: string;
  readonly begun: "no" | "perhaps" | "yes";
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
  options: {
    readonly timeoutMilliseconds: number;
    readonly connections: Connections | undefined;
    /** Whether the model server speaks frames. */
    readonly frames?: boolean;
  },
): Promise<ModelAnswer | NoAnswer> {
  const { connections, frames, timeoutMilliseconds } = options;
  if (frames && connections) return connections.frames(address).invoke(headers, body, timeoutMilliseconds) as never;
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
      resolve({ failure: timedOut, begun: "yes", isLate: true });
      outgoing.destroy();
    }, options.timeoutMilliseconds);
    outgoing.on("close", () => clearTimeout(timer));
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      error.syscall === "connect"
        ? give(`The model server cannot be reached: ${error.message}`, "no")
        : give("The model server ended before it answered.", "perhaps"),
    );
    outgoing.on("response", (response) => {
      readAll(response).then(
        (body) => resolve({ status: response.statusCode!, headers: response.headers, body }),
        (error: unknown) => {
          outgoing.destroy();
          give(error instanceof AnswerTooLarge ? error.message : "The model server broke off its answer.", "yes");
        },
      );
    });
    outgoing.end(body);
  });
}

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
