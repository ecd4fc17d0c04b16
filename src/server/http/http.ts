import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline, Readable } from "node:stream";
import type { WireResponse } from "../../wire/wire.ts";
import { type HttpRequest, readHttpRequest } from "./http-request.ts";
import { maximumHeadBytes, refuseMalformed } from "./malformed-http.ts";
import type { RequestBody } from "./request-body.ts";

/** Answers every request; must not throw. */
export type HttpHandler = (request: HttpRequest) => Promise<WireResponse>;

const keepAliveMilliseconds = 75_000;
const idleMilliseconds = 120_000;

/** A node:http server that hands on raw paths, queries and bodies, and answers malformed HTTP with 400 by itself. */
export function createHttpServer(handle: HttpHandler): Server {
  /** Connections on which a body is still coming. */
  const coming = new WeakMap<Socket, RequestBody>();
  const server = createServer({
    // Over maximumHeadBytes the chain answers in the protocol of the request; over this, node:http stops reading.
    maxHeaderSize: 4 * maximumHeadBytes,
    // Pools of SDKs keep connections for 60 s and race with a server that closes them earlier.
    keepAliveTimeout: keepAliveMilliseconds,
    // Uploads take as long as they take; a connection on which nothing comes is ended below.
    requestTimeout: 0,
    headersTimeout: 60_000,
    noDelay: true,
  });
  // Their size is limited; how many there are is not.
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
      // The client of a body that was never asked for may or may not send it: only a new connection is sure.
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
  // Silence is only wrong while something is to come or to go: a handler may take its time.
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
    response.writeHead(status, headers);
    // A body that fails half-way can only be told by ending the connection before its length is reached.
    pipeline(body, response, () => {});
    return;
  }
  // Said here, or node:http would frame even an empty body in chunks.
  if (headers["Content-Length"] === undefined && (body !== undefined || mayHaveBody(response, status))) {
    headers["Content-Length"] = String(typeof body === "string" ? Buffer.byteLength(body) : (body?.length ?? 0));
  }
  response.writeHead(status, headers);
  response.end(body);
}

const mayHaveBody = (response: ServerResponse, status: number): boolean =>
  response.req.method !== "HEAD" && status !== 204 && status !== 304;
