import { randomUUID } from "node:crypto";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { Agent, request as sendRequest } from "../../wire/node-http.ts";
import type { Elsewhere } from "../http/http.ts";
import { handedOnHeaders } from "./handed-on.ts";

/** Headers of one connection, which the answer's own connection has its own of. */
const ofConnection = new Set(["connection", "keep-alive"]);

/** Hands requests on to the control process, and its answers back, over kept connections to its socket. */
export function createHandOn(socketPath: string): Pick<Elsewhere, "handOn" | "upgrade"> & { close(): void } {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 });

  const begin = (request: IncomingMessage, connections: InstanceType<typeof Agent> | false): ClientRequest => {
    const { method, url, rawHeaders, socket } = request;
    const headers = handedOnHeaders({
      requestId: randomUUID(),
      address: socket.remoteAddress ?? "",
      own: { address: socket.localAddress ?? "", port: socket.localPort ?? 0 },
      rawHeaders,
    });
    return sendRequest({ socketPath, method, path: url, headers, agent: connections });
  };

  return {
    handOn({ request, response, body }) {
      let outgoing: ClientRequest;
      try {
        outgoing = begin(request, agent);
      } catch (error) {
        refuse(response, 400, `The request cannot be handed on: ${(error as Error).message}`);
        request.resume();
        return { cutOff() {} };
      }
      outgoing.on("response", (incoming) => giveBack(incoming, response));
      outgoing.on("error", () => {
        request.unpipe(outgoing).resume();
        if (response.headersSent) response.destroy();
        else refuse(response, 503, "Sagebrush is stopping, or its control process has ended. Try again in a moment.");
      });
      // Either the client is gone, or it has its answer and what is left of its body goes nowhere.
      response.on("close", () => {
        if (response.writableFinished && outgoing.writableFinished) return;
        request.unpipe(outgoing).resume();
        outgoing.destroy();
      });
      if (body) outgoing.end(body);
      else sendBody(request, response, outgoing);
      // The control process sees the end of the body, and answers that it is not whole.
      return { cutOff: () => void outgoing.socket?.end() };
    },

    upgrade(request, socket, head) {
      const outgoing = begin(request, false);
      const end = () => socket.destroy();
      socket.on("error", () => outgoing.destroy());
      outgoing.on("error", end);
      outgoing.on("upgrade", (incoming, upstream, upstreamHead) => {
        socket.write(headOf(incoming, incoming.rawHeaders));
        socket.write(upstreamHead);
        upstream.write(head);
        pipeline(upstream, socket, upstream, () => {});
      });
      outgoing.on("response", (incoming) => {
        const kept = keptHeaders(incoming, new Set([...ofConnection, "transfer-encoding"]));
        socket.write(headOf(incoming, [...kept, "Connection", "close"]));
        pipeline(incoming, socket, () => {});
      });
      outgoing.end();
    },

    close: () => agent.destroy(),
  };
}

/** Sends the body as it comes; where the client waits for "100 Continue", when the control process asks for it. */
function sendBody(request: IncomingMessage, response: ServerResponse, outgoing: ClientRequest): void {
  if (request.headers.expect === undefined) return void request.pipe(outgoing);
  outgoing.on("continue", () => {
    response.writeContinue();
    request.pipe(outgoing);
  });
  outgoing.flushHeaders();
}

function giveBack(incoming: IncomingMessage, response: ServerResponse): void {
  if (incoming.headers.connection === "close") response.shouldKeepAlive = false;
  response.writeHead(incoming.statusCode!, incoming.statusMessage, keptHeaders(incoming, ofConnection));
  // The client learns that an answer failed half-way by the end of the connection before the announced length.
  pipeline(incoming, response, () => {});
}

function keptHeaders({ rawHeaders }: IncomingMessage, left: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (!left.has(rawHeaders[at]!.toLowerCase())) kept.push(rawHeaders[at]!, rawHeaders[at + 1]!);
  return kept;
}

function headOf({ statusCode, statusMessage }: IncomingMessage, headers: readonly string[]): string {
  let text = `HTTP/1.1 ${statusCode} ${statusMessage}\r\n`;
  for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return `${text}\r\n`;
}

function refuse(response: ServerResponse, status: number, words: string): void {
  const text = `${words}\n`;
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}
