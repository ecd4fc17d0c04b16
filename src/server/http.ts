import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline, Readable } from "node:stream";
import type { RequestHead, WireResponse } from "../wire/wire.ts";
import { RequestBody } from "./request-body.ts";

/** The most bytes of a request line and its headers, as S3 and AWS's load balancers have it. */
export const maximumHeadBytes = 16 * 1024;

/** A request as it came over HTTP. */
export interface HttpRequest {
  readonly head: RequestHead & { readonly headers: Readonly<Record<string, string>> };
  readonly headBytes: number;
  readonly body: RequestBody;
  /** Aborts when the client goes away before it has its answer. Made when first asked for. */
  readonly signal: AbortSignal;
  /** Whether the client is on this machine and asked for it by a name of this machine. */
  readonly local: boolean;
}

/** Answers every request; must not throw. */
export type HttpHandler = (request: HttpRequest) => Promise<WireResponse>;

const keepAliveMilliseconds = 75_000;
const idleMilliseconds = 120_000;

/** A node:http server that hands on raw paths, queries and bodies, and answers malformed HTTP with 400 by itself. */
export function createHttpServer(handle: HttpHandler): Server {
  const bodies = new WeakMap<Socket, RequestBody>();
  const reading = new WeakSet<Socket>();
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
  server.maxHeadersCount = 0;
  server.timeout = idleMilliseconds;

  const answer = (request: IncomingMessage, response: ServerResponse, waits: boolean): void => {
    const socket = request.socket;
    let invited = !waits;
    const body = new RequestBody(request, () => {
      if (invited) return;
      invited = true;
      response.writeContinue();
    });
    if (body.present) {
      bodies.set(socket, body);
      reading.add(socket);
      request.on("end", () => reading.delete(socket));
    }
    void handle(readRequest(request, response, body)).then((answered) => {
      // The client of a body that was never asked for may or may not send it: only a new connection is sure.
      if (!invited) response.shouldKeepAlive = false;
      send(response, answered);
      body.drop();
    });
  };
  server.on("request", (request, response) => answer(request, response, false));
  server.on("checkContinue", (request, response) => answer(request, response, true));
  server.on("checkExpectation", (_request, response) => {
    send(response, plain(417, 'The only expectation that can be met is "Expect: 100-continue".'));
  });
  server.on("timeout", (socket) => {
    if (reading.has(socket) || socket.writableLength > 0) socket.destroy();
  });
  server.on("clientError", (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
    if (error.code === "HPE_INVALID_EOF_STATE" && reading.has(socket)) return bodies.get(socket)!.cutOff();
    refuseMalformed(error, socket);
  });
  return server;
}

function readRequest(request: IncomingMessage, response: ServerResponse, body: RequestBody): HttpRequest {
  const url = request.url!.startsWith("/") ? request.url! : request.url!.replace(/^[a-z]+:\/\/[^/?]*/i, "") || "/";
  const question = url.indexOf("?");
  let headBytes = url.length;
  // Not request.headers: it drops some names that come twice, which then are not what was signed.
  const headers: Record<string, string> = Object.create(null);
  const { rawHeaders } = request;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const value = rawHeaders[i + 1]!;
    headBytes += name.length + value.length + 4;
    headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  let abort: AbortController | undefined;
  return {
    head: {
      method: request.method!,
      path: question < 0 ? url : url.slice(0, question),
      query: question < 0 ? "" : url.slice(question + 1),
      headers,
    },
    headBytes,
    body,
    get signal() {
      if (!abort) {
        abort = new AbortController();
        response.on("close", () => {
          if (!response.writableFinished) abort!.abort();
        });
        if (response.destroyed) abort.abort();
      }
      return abort.signal;
    },
    get local() {
      const host = (headers.host ?? "").replace(/:\d+$/, "");
      return ["localhost", "127.0.0.1", "[::1]"].includes(host) && isLoopback(request.socket.remoteAddress ?? "");
    },
  };
}

const isLoopback = (address: string): boolean => address === "::1" || address.replace("::ffff:", "").startsWith("127.");

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

const plain = (status: number, text: string): WireResponse => ({
  status,
  headers: { "Content-Type": "text/plain; charset=utf-8" },
  body: `${text}\n`,
});

/** What node:http could not read as a request never reaches the chain. */
function refuseMalformed(error: { code?: string; rawPacket?: Buffer }, socket: Socket): void {
  const [status, type, text] = describeMalformed(error.code ?? "", error.rawPacket);
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}

const htmlFree = "text/plain; charset=utf-8";

function describeMalformed(code: string, packet: Buffer | undefined): [status: string, type: string, text: string] {
  if (code === "HPE_HEADER_OVERFLOW") {
    if (packet?.includes("/s3/aws4_request")) {
      const words = "Your request header and query parameters exceed the maximum allowed size.";
      const code = "RequestHeaderSectionTooLarge";
      const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${words}</Message><MaxSizeAllowed>${maximumHeadBytes}</MaxSizeAllowed></Error>`;
      return ["400 Bad Request", "application/xml", xml];
    }
    return [
      "431 Request Header Fields Too Large",
      htmlFree,
      `The headers may have ${maximumHeadBytes} bytes at most.\n`,
    ];
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return ["408 Request Timeout", htmlFree, "The request did not arrive in time.\n"];
  }
  return ["400 Bad Request", htmlFree, `The request is not well-formed HTTP/1.1 (${code || "unreadable"}).\n`];
}
