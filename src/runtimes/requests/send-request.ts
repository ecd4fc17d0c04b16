import type { ClientRequest, IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { URL } from "node:url";
import { serverAddress } from "../server-address.ts";
import { encodedPath, encodedQuery } from "./encoded-url.ts";
import { readFault } from "./read-fault.ts";
import { type RequestKey, sha256, signedHeaders } from "./signed-headers.ts";

// An import would read every export of the module, and one of them loads Node's client for fetch.
const { request: openRequest } = process.getBuiltinModule("node:http");

/** A request to the server, signed with the run's own key unless it names another. */
export interface Request {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Not encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | StreamedBody;
  /** The signing name. */
  readonly service: string;
  /** In place of the run's own. */
  readonly key?: RequestKey;
}

/** A body whose hash is not known before it is sent. */
export interface StreamedBody {
  readonly sizeBytes: number;
  /** What the signature holds for the hash. */
  readonly payload: string;
  bytes(): AsyncIterable<Uint8Array>;
}

/** A refusal may come before a body of this size is sent: the server is asked first whether it wants it. */
const askedBytes = 2 * 1024 * 1024;

/**
 * Sends a request and returns the answer, whose body is still to be read.
 * @throws what the server answers other than success, with its code as the name and its status in `$metadata`
 */
export async function sendRequest(
  { method, path, query = {}, headers = {}, body = "", key, service }: Request,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const { hostname, host, port } = new URL(serverAddress());
  const socketPath = process.env.SAGEBRUSH_SERVER_SOCKET;
  const isText = typeof body === "string";
  const sizeBytes = isText ? Buffer.byteLength(body) : body.sizeBytes;
  const [place, question] = [encodedPath(path), encodedQuery(query)];
  const signed = signedHeaders({
    ...{ method, path: place, query: question, service },
    headers: { host, ...headers },
    payload: isText ? sha256(body) : body.payload,
    ...(key && { key }),
  });
  const sent = openRequest({
    ...{ hostname, port, method, signal },
    // Where the run has another network than the server.
    ...(socketPath && { socketPath }),
    path: question === "" ? place : `${place}?${question}`,
    headers: {
      ...signed,
      ...(isText && sizeBytes > 0 && { "content-length": sizeBytes }),
      ...(sizeBytes >= askedBytes && { expect: "100-continue" }),
    },
  });
  const answer = await answerOf(sent, isText ? undefined : body, () => sent.end(isText ? body : undefined));
  const status = answer.statusCode!;
  if (status < 300) return answer;
  const fault = readFault(await readText(answer), status);
  // A body that the server does not want is not sent any more.
  if (!sent.writableFinished) sent.destroy();
  throw fault;
}

function answerOf(
  sent: ClientRequest,
  streamed: StreamedBody | undefined,
  sendText: () => void,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on("error", (error) => reject(asRefused(error))).once("response", resolve);
    if (streamed === undefined) return sendText();
    const sendBody = () => void pipeline(streamed.bytes(), sent).catch(reject);
    if (!sent.hasHeader("expect")) return sendBody();
    sent.once("continue", sendBody);
    sent.flushHeaders();
  });
}

/** A server that is being started has no socket for a moment, and nobody listens. */
function asRefused(error: NodeJS.ErrnoException): Error {
  if (error.code === "ENOENT" && error.syscall === "connect") error.code = "ECONNREFUSED";
  return error;
}

export async function readText(answer: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of answer) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
