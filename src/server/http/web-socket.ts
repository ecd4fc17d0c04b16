import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { once } from "../../base/once.ts";
import type { FrontSocket } from "../../fronts/front.ts";

/** No message of a page is longer. */
const longestTextBytes = 64 * 1024;
const pingMilliseconds = 30_000;

/** Makes what agrees to WebSocket, and speaks it from then on. The package is loaded for the first one. */
export const loadWebSockets = once(async () => {
  const { WebSocketServer } = await import("ws");
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: longestTextBytes,
  });
  return (request: IncomingMessage, socket: Duplex, head: Buffer): FrontSocket => {
    let accepted: FrontSocket | undefined;
    // Calls back before it returns, or has refused a handshake that is not one.
    server.handleUpgrade(request, socket, head, (webSocket) => {
      accepted = frontSocketOf(webSocket);
    });
    return accepted ?? endedSocket;
  };
});

function frontSocketOf(webSocket: WebSocket): FrontSocket {
  let isThere = true;
  // A client that went to sleep, or whose network did, sends no end.
  const pinging = setInterval(() => {
    if (!isThere) return webSocket.terminate();
    isThere = false;
    webSocket.ping();
  }, pingMilliseconds).unref();
  webSocket.on("pong", () => {
    isThere = true;
  });
  webSocket.on("error", () => webSocket.terminate());
  // What the client says at once waits until somebody hears it.
  webSocket.pause();
  webSocket.on("close", () => clearInterval(pinging));
  return {
    get waitingBytes() {
      return webSocket.bufferedAmount;
    },
    send: (text, sent) => webSocket.send(text, () => sent?.()),
    close(code, reason) {
      webSocket.close(code, reason);
      // A client that does not answer the goodbye has its end anyway.
      setTimeout(() => webSocket.terminate(), goodbyeMilliseconds).unref();
    },
    onText(heard) {
      webSocket.on("message", (data, isBinary) => isBinary || heard(String(data)));
      webSocket.resume();
    },
    onEnd(ended) {
      if (webSocket.readyState === webSocket.CLOSED) ended();
      else webSocket.on("close", ended);
    },
  };
}

const goodbyeMilliseconds = 1_000;

const endedSocket: FrontSocket = {
  waitingBytes: 0,
  send() {},
  close() {},
  onText() {},
  onEnd: (ended) => ended(),
};
