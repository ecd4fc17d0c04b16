import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline, Readable } from "node:stream";
import { createServer } from "../../wire/node-http.ts";
import type { WireResponse } from "../../wire/wire.ts";
import { type HttpRequest, readHttpRequest } from "./http-request.ts";
import { maximumHeadBytes, refuseMalformed } from "./malformed-http.ts";
import type { RequestBody } from "./request-body.ts";

/** Answers every request; must not throw. */
export type HttpHandler = (request: HttpRequest) => Promise<WireResponse>;

const keepAliveMilliseconds = 75_000;
const idleMilliseconds = 120_000;

/**
 * Makes a node:http server that passes on raw paths, queries and bodies, and answers malformed HTTP with 400 itself.
 */
export function createHttpServer(handle: HttpHandler): Server {
  /** Connections whose request body has not arrived completely. */
  const coming = new WeakMap<Socket, RequestBody>();
  const server = createServer({
    // Above maximumHeadBytes the chain answers in the protocol of the request; above this, node:http stops reading.
    maxHeaderSize: 4 * maximumHeadBytes,
    // Connection pools of SDKs keep connections for 60 s, and race with a server that closes them earlier.
    keepAliveTimeout: keepAliveMilliseconds,
    // Uploads may take any time; a connection on which nothing arrives is ended below.
    requestTimeout: 0,
    headersTimeout: 60_000,
    noDelay: true,
  });
  // The size of the headers is limited, but not their number.
  server.maxHeadersCount = 0;
  server.timeout = idleMilliseconds;

  const answer = (request: IncomingMessage, response: ServerResponse, waits: boolean): void => {
    let invited = !waits;
    const read = readHttpRequest(request, response, () => {
      if (invited) return;
      invited = true;
      response.writeContinue();
    });
    if (read.body.present) {
      coming.set(request.socket, read.body);
      request.on("end", () => coming.delete(request.socket));
    }
    void handle(read).then((answered) => {
      // A client whose body was not asked for may or may not send it, so only a new connection is safe.
      if (!invited) response.shouldKeepAlive = false;
      send(response, answered);
      read.body.drop();
    });
  };
  server.on("request", (request, response) => answer(request, response, false));
  server.on("checkContinue", (request, response) => answer(request, response, true));
  server.on("checkExpectation", (_request, response) => {
    const body = 'The only expectation that can be met is "Expect: 100-continue".\n';
    send(response, { status: 417, headers: { "Content-Type": "text/plain; charset=utf-8" }, body });
  });
  // Ends a silent connection only while bytes are due in either direction: a handler may take its time.
  server.on("timeout", (socket) => {
    if (coming.has(socket) || socket.writableLength > 0) socket.destroy();
  });
  server.on("clientError", (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else if (error.code === "HPE_INVALID_EOF_STATE" && coming.has(socket)) coming.get(socket)!.cutOff();
    else refuseMalformed(error, socket);
  });
  return server;
}

function send(response: ServerResponse, { status, headers, body }: WireResponse): void {
  if (response.destroyed) {
    if (body instanceof Readable) body.destroy();
    return;
  }
  if (body instanceof Readable) {
    if (!writeHead(response, status, headers)) return void body.destroy();
    // The client learns that a body failed half-way only by the end of the connection before the announced length.
    pipeline(body, response, () => {});
    return;
  }
  // The length is set here because node:http would otherwise frame even an empty body in chunks.
  if (headers["Content-Length"] === undefined && (body !== undefined || mayHaveBody(response, status))) {
    headers["Content-Length"] = String(typeof body === "string" ? Buffer.byteLength(body) : (body?.length ?? 0));
  }
  if (writeHead(response, status, headers)) response.end(body);
}

/**
 * Writes the head, or, when node:http refuses a header, an answer that says so: a fault in one answer must not end the
 * server.
 */
function writeHead(response: ServerResponse, status: number, headers: Record<string, string>): boolean {
  try {
    response.writeHead(status, contentLengthLast(headers));
    return true;
  } catch (error) {
    const words = `The answer's head could not be written: ${(error as Error).message}\n`;
    response.writeHead(500, "Internal Server Error", {
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Length": words.length,
    });
    response.end(words);
    return false;
  }
}

/** node:http reads a Content-Disposition that follows Content-Length as UTF-8, and refuses latin-1. */
function contentLengthLast(headers: Record<string, string>): Record<string, string> {
  const length = headers["Content-Length"];
  if (length === undefined || headers["Content-Disposition"] === undefined) return headers;
  const { "Content-Length": _, ...others } = headers;
  return { ...others, "Content-Length": length };
}

const mayHaveBody = (response: ServerResponse, status: number): boolean =>
  response.req.method !== "HEAD" && status !== 204 && status !== 304;
