import type { IncomingHttpHeaders, Server } from "node:http";
import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { request } from "../../wire/node-http.ts";

/**
 * Answers clients that speak HTTP/2 from their first byte on, as AWS's SDK for JavaScript does to Kinesis. Each stream
 * becomes a request of HTTP/1.1 to the same server, within the process, so that nothing behind it knows of HTTP/2.
 */
export interface Http2Streams {
  /** Takes over a connection whose first bytes node:http could not read; false when they are not HTTP/2's. */
  take(error: { readonly code?: string; readonly rawPacket?: Buffer }, socket: Socket): boolean;
}

const idleMilliseconds = 60_000;
/** Members of a connection that tell who is at its ends. */
const ends = ["remoteAddress", "remotePort", "remoteFamily", "localAddress", "localPort", "localFamily"] as const;
/** What belongs to a connection of HTTP/1.1 and not to an answer. */
const ofConnection = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection"]);

/** Connections of HTTP/2 end with the server's others. */
export function createHttp2Streams(server: Server): Http2Streams {
  const sessions = new Set<ServerHttp2Session>();
  const { closeIdleConnections, closeAllConnections } = server;
  server.closeIdleConnections = () => {
    closeIdleConnections.call(server);
    for (const session of sessions) session.close();
  };
  server.closeAllConnections = () => {
    closeAllConnections.call(server);
    for (const session of sessions) session.destroy();
  };
  const http2 = lazily(() => {
    const made = process.getBuiltinModule("node:http2").createServer();
    made.on("session", (session) => {
      sessions.add(session);
      // One that nobody speaks on does not hold its connection; requests that are under way are answered.
      session.setTimeout(idleMilliseconds, () => session.close());
      session.on("close", () => sessions.delete(session));
    });
    made.on("sessionError", () => {});
    made.on("stream", (stream, headers) => answer(server, stream, headers));
    return made;
  });

  return {
    take({ code, rawPacket }, socket) {
      if (code !== "HPE_PAUSED_H2_UPGRADE" || rawPacket === undefined) return false;
      // A listener for data has node:http give the connection back; what was read of it is put in front again.
      socket.on("data", () => {});
      socket.pause();
      for (const event of ["data", "end", "close", "error", "timeout", "drain"]) socket.removeAllListeners(event);
      socket.unshift(rawPacket);
      http2().emit("connection", socket);
      return true;
    },
  };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function answer(server: Server, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const socket = stream.session!.socket;
  const [near, far] = duplexPair();
  for (const end of ends) Object.defineProperty(near, end, { value: socket[end] });
  server.emit("connection", near);
  const { ":method": method, ":path": path, ":authority": authority } = headers as Readonly<Record<string, string>>;
  const given = Object.entries(headers).filter(([name]) => !name.startsWith(":"));
  const asked = request({
    ...{ method, path, createConnection: () => far as Duplex as Socket },
    headers: Object.fromEntries(
      authority === undefined ? given : [["host", authority], ...given],
    ) as IncomingHttpHeaders,
  });
  asked.on("response", (response) => {
    const answered = Object.entries(response.headers).filter(([name]) => !ofConnection.has(name));
    stream.respond({ ":status": response.statusCode!, ...Object.fromEntries(answered) });
    response.on("error", () => stream.close());
    response.pipe(stream);
  });
  asked.on("error", () => stream.close());
  stream.on("error", () => asked.destroy());
  stream.on("close", () => far.destroy());
  stream.pipe(asked);
}
