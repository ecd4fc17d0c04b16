import type { IncomingMessage } from "node:http";
import type { RequestHead } from "../../wire/wire.ts";
import { RequestBody } from "./request-body.ts";

/** A request as it arrived over HTTP. */
export interface HttpRequest {
  readonly head: RequestHead & { readonly headers: Readonly<Record<string, string>> };
  /** The size of the request line and the headers. */
  readonly headBytes: number;
  readonly body: RequestBody;
  /** The id that another process of the server has given the request. */
  readonly requestId?: string | undefined;
  /** Aborts when the client goes away before it has its response. Created when first asked for. */
  readonly signal: AbortSignal;
  /** The address at the other end of the connection: the client's, or that of a proxy. */
  readonly peer: string;
  /** The server's end of the connection. */
  readonly own: Address;
  /** Whether the client is on this machine and addressed it by a name of this machine. */
  readonly local: boolean;
}

export interface Address {
  readonly address: string;
  readonly port: number;
}

/** What only a proxy adds: the client may be anywhere. */
const forwardedBy = new RegExp(
  `^(${[
    ...["forwarded", "x-forwarded(-.*)?", "x-original-.*", "x-envoy-.*", "via", "cdn-loop"],
    ...["(x-)?real-ip", "(x-)?client-ip", "(x-)?cluster-client-ip", "true-client-ip", "x-proxyuser-ip"],
    ...["cf-.*", "fastly-.*", "fly-.*", "x-vercel-.*", "x-azure-.*", "x-appengine-.*", "x-amz-cf-id", "x-arr-.*"],
  ].join("|")})$`,
);

/** Where the answer goes. */
interface Answering {
  readonly destroyed: boolean;
  readonly writableFinished: boolean;
  on(event: "close", closed: () => void): unknown;
}

/** What a process of the data plane says of a request that it hands on. */
export interface HandedOn {
  readonly requestId: string;
  /** The client's address. */
  readonly address: string;
  readonly own: Address;
  /** Names and values in turn, as the client sent them. */
  readonly rawHeaders: readonly string[];
}

/**
 * @param invite tells a client that waits for "100 Continue" to send the body
 * @param handedOn of a request that came by way of another process
 */
export const readHttpRequest = (
  request: IncomingMessage,
  response: Answering,
  invite: () => void,
  handedOn?: HandedOn,
): HttpRequest => new ReadRequest(request, response, invite, handedOn);

/**
 * A class, and not an object with getters of its own: V8 makes a new kind of object for each of these, which keeps all that
 * its getters refer to until the next full garbage collection.
 */
class ReadRequest implements HttpRequest {
  readonly head: HttpRequest["head"];
  readonly headBytes: number;
  readonly body: RequestBody;
  readonly requestId: string | undefined;
  readonly peer: string;
  readonly #response: Answering;
  readonly #handedOn: HandedOn | undefined;
  readonly #socket: IncomingMessage["socket"];
  #abort: AbortController | undefined;

  constructor(request: IncomingMessage, response: Answering, invite: () => void, handedOn: HandedOn | undefined) {
    const { path, query } = splitUrl(request.url!);
    const { headers, bytes } = readHeaders(handedOn?.rawHeaders ?? request.rawHeaders);
    this.head = { method: request.method!, path, query, headers };
    this.headBytes = request.url!.length + bytes;
    this.body = new RequestBody(request, headers, invite);
    this.requestId = handedOn?.requestId;
    this.peer = handedOn?.address ?? request.socket.remoteAddress ?? "";
    this.#response = response;
    this.#handedOn = handedOn;
    this.#socket = request.socket;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      const response = this.#response;
      this.#abort = abort;
      response.on("close", () => {
        if (!response.writableFinished) abort.abort();
      });
      if (response.destroyed) abort.abort();
    }
    return this.#abort.signal;
  }

  get own(): Address {
    const { localAddress: address = "", localPort: port = 0 } = this.#socket;
    return this.#handedOn?.own ?? { address, port };
  }

  /**
   * A connection from an address to the same address is one of this machine: it is how an SSH tunnel ends where the server
   * listens on an address of the network alone.
   */
  get local(): boolean {
    const { headers } = this.head;
    for (const name in headers) if (forwardedBy.test(name)) return false;
    const host = (headers.host ?? "").replace(/:\d+$/, "");
    const own = plainAddress(this.own.address);
    const isNamed = ["localhost", "127.0.0.1", "[::1]"].includes(host) || host === inUrl(own);
    return isNamed && (isLoopback(this.peer) || (own !== "" && plainAddress(this.peer) === own));
  }
}

/** The request as it is for another path: a front hands it on without its prefix. */
export const atPath = (request: HttpRequest, path: string): HttpRequest => new RequestAt(request, path);

/** An object made by Object.create would not reach what is private to the request. */
class RequestAt implements HttpRequest {
  readonly head: HttpRequest["head"];
  readonly headBytes: number;
  readonly body: RequestBody;
  readonly requestId: string | undefined;
  readonly peer: string;
  readonly own: Address;
  readonly local: boolean;
  readonly #request: HttpRequest;

  constructor(request: HttpRequest, path: string) {
    this.head = { ...request.head, path };
    this.headBytes = request.headBytes;
    this.body = request.body;
    this.requestId = request.requestId;
    this.peer = request.peer;
    this.own = request.own;
    this.local = request.local;
    this.#request = request;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }
}

/** Splits the address of a request line. A client that takes the server for a proxy names the server there, too. */
export function splitUrl(given: string): { path: string; query: string } {
  const url = given.startsWith("/") ? given : given.replace(/^[a-z]+:\/\/[^/?]*/i, "") || "/";
  const question = url.indexOf("?");
  return question < 0 ? { path: url, query: "" } : { path: url.slice(0, question), query: url.slice(question + 1) };
}

/**
 * Reads the raw headers, because `request.headers` drops some repeated names and joins others otherwise than they are
 * signed.
 */
function readHeaders(rawHeaders: readonly string[]): { headers: Record<string, string>; bytes: number } {
  const headers: Record<string, string> = Object.create(null);
  let bytes = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const value = rawHeaders[i + 1]!;
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before},${value}`;
    bytes += name.length + value.length + ": \r\n".length;
  }
  return { headers, bytes };
}

/** An address of IPv4 has another form on a socket that listens for both. */
const plainAddress = (address: string): string => address.replace(/^::ffff:/, "");

/** An address as the host of a URL. */
export const inUrl = (address: string): string => (address.includes(":") ? `[${address}]` : address);

const isLoopback = (address: string): boolean => address === "::1" || address.replace("::ffff:", "").startsWith("127.");
