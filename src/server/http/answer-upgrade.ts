import type { IncomingMessage } from "node:http";

import type { Socket } from "node:net";
import { Readable } from "node:stream";
import type { FrontSocket } from "../../fronts/front.ts";
import { STATUS_CODES } from "../../wire/node-http.ts";
import type { RequestHead, WireResponse } from "../../wire/wire.ts";
import type { HttpRequest } from "./http-request.ts";
import { loadWebSockets } from "./web-socket.ts";

/** What answers requests to speak WebSocket. */
export interface Upgrades {
  /** Whether a request is one that may be agreed to; else it is answered like any other. */
  takes(head: RequestHead): boolean;
  /** Agrees to a request by `accept`, or returns how it is refused. */
  answer(request: HttpRequest, accept: () => FrontSocket): Promise<WireResponse | undefined>;
}

/** Answers a request to speak WebSocket: by agreeing, or by a response that ends the connection. */
export async function answerUpgrade(
  upgrades: Upgrades,
  read: HttpRequest,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): Promise<void> {
  const agree = await loadWebSockets();
  const refusal = await upgrades.answer(read, () => agree(request, socket, head));
  if (refusal === undefined) return;
  const { status, headers, body = "" } = refusal;
  const bytes = body instanceof Readable ? "" : body;
  const lines = { ...headers, "Content-Length": String(Buffer.byteLength(bytes)), Connection: "close" };
  const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${text.join("")}\r\n`);
  socket.end(bytes);
}
