import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { pipeline, Readable } from "node:stream";
import { HandOn } from "../../frame/hand-on.ts";
import { createServer } from "../../wire/node-http.ts";
import type { WireResponse } from "../../wire/wire.ts";
import { answerUpgrade, type Upgrades } from "./answer-upgrade.ts";
import { type HandedOn, type HttpRequest, readHttpRequest, splitUrl } from "./http-request.ts";
import { createHttp2Streams } from "./http2-streams.ts";
import { maximumHeadBytes, refuseMalformed } from "./malformed-http.ts";

/** Answers every request; must not throw, except HandOn where there is somewhere else. */
export type HttpHandler = (request: HttpRequest) => Promise<WireResponse>;

const keepAliveMilliseconds = 75_000;
const idleMilliseconds = 120_000;

/** A request that another process is to answer. */
export interface RawExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The body, where it was read already; else it is still to come. */
  readonly body?: Uint8Array | undefined;
}

/** Where requests are answered that this process does not answer. */
export interface Elsewhere {
  /** Whether a request is answered there. Nothing of its body has been read. */
  takes(request: HttpRequest): boolean;
  /** `cutOff` is called when the client has ended its side before the body was whole. */
  handOn(exchange: RawExchange): { cutOff(): void };
  /** Hands on a request to speak WebSocket. `head` is what came after it. */
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
}

export interface HttpServerOptions {
  readonly elsewhere?: Elsewhere;
  readonly upgrades?: Upgrades;
  /** Reads what another process says of a request that it has handed on. Absent: requests come from clients. */
  readonly handedOn?: (request: IncomingMessage) => HandedOn;
}

/**
 * Makes a node:http server that passes on raw paths, queries and bodies, and answers malformed HTTP with 400 itself.
 */
export function createHttpServer(
  handle: HttpHandler,
  { elsewhere, upgrades, handedOn }: HttpServerOptions = {},
): Server {
  /** Connections whose request body has not arrived completely. */
  const coming = new WeakMap<Socket, { cutOff(): void }>();
  const server: Server = createServer({
    // Above maximumHeadBytes the chain answers in the protocol of the request; above this, node:http stops reading. What
    // another process adds to a head has its room.
    maxHeaderSize: (handedOn ? 5 : 4) * maximumHeadBytes,
    // Connection pools of SDKs keep connections for 60 s, and race with a server that closes them earlier. Another
    // process keeps its connections as long as it runs.
    keepAliveTimeout: handedOn ? 0 : keepAliveMilliseconds,
    // Other upgrades are offers that a server may pass over: Java's client makes one with a body behind it.
    shouldUpgradeCallback: ({ method = "", url = "", headers }: IncomingMessage): boolean =>
      headers.upgrade?.toLowerCase() === "websocket" &&
      (elsewhere !== undefined || upgrades?.takes({ method, ...splitUrl(url), headers }) === true),
    // The process that hands on has seen to it; a client of HTTP/1.0 needs none.
    requireHostHeader: !handedOn,
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
    const read = readHttpRequest(
      request,
      response,
      () => {
        if (invited) return;
        invited = true;
        response.writeContinue();
      },
      handedOn?.(request),
    );
    const comes = (body: { cutOff(): void }) => {
      if (!read.body.present) return;
      coming.set(request.socket, body);
      request.on("end", () => coming.delete(request.socket));
    };
    if (elsewhere?.takes(read)) {
      comes(elsewhere.handOn({ request, response }));
      return;
    }
    comes(read.body);
    void handle(read).then(
      (answered) => {
        // A client whose body was not asked for may or may not send it, so only a new connection is safe.
        if (!invited) response.shouldKeepAlive = false;
        send(response, answered);
        read.body.drop();
      },
      async (error) => {
        if (!(error instanceof HandOn) || !elsewhere) throw error;
        elsewhere.handOn({ request, response, body: await read.body.taken });
      },
    );
  };
  server.on("request", (request, response) => answer(request, response, false));
  server.on("checkContinue", (request, response) => answer(request, response, true));
  server.on("checkExpectation", (_request, response) => {
    const body = 'The only expectation that can be met is "Expect: 100-continue".\n';
    send(response, { status: 417, headers: { "Content-Type": "text/plain; charset=utf-8" }, body });
  });
  if (elsewhere) server.on("upgrade", (request, socket: Socket, head) => elsewhere.upgrade(request, socket, head));
  else if (upgrades)
    server.on("upgrade", (request, socket: Socket, head) => {
      socket.on("error", () => socket.destroy());
      const read = readHttpRequest(request, socket, () => {}, handedOn?.(request));
      void answerUpgrade(upgrades, read, request, socket, head);
    });
  // Ends a silent connection only while bytes are due in either direction: a handler may take its time.
  server.on("timeout", (socket) => {
    if (coming.has(socket) || socket.writableLength > 0) socket.destroy();
  });
  const http2 = createHttp2Streams(server);
  server.on("clientError", (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else if (http2.take(error, socket)) return;
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
