import type { RunAddress, SocketAddress } from "../executors/port.ts";
import { type FrameConnection, openFrameConnection } from "./frame-connection.ts";
import { createHttpConnections, type HttpConnections } from "./http-connections.ts";

/** Connections to servers in runs, kept open from one call to the next. No answer depends on which are there. */
export interface Connections {
  /** Those to a server that speaks HTTP. */
  http(address: SocketAddress): HttpConnections;
  /** The one to a server that speaks frames. */
  frames(address: RunAddress): FrameConnection;
  destroy(): void;
}

export function createConnections(): Connections {
  const http = keyed(createHttpConnections);
  const frames = keyed(openFrameConnection);
  return {
    http: http.get,
    frames: frames.get,
    destroy() {
      http.destroy();
      frames.destroy();
    },
  };
}

/** Keeps what `open` makes for an address until it calls back. */
function keyed<A extends RunAddress, T extends { destroy(): void }>(open: (address: A, closed: () => void) => T) {
  const kept = new Map<string, T>();
  return {
    get(address: A): T {
      const key = keyOf(address);
      const found = kept.get(key);
      if (found) return found;
      const opened = open(address, () => {
        if (kept.get(key) === opened) kept.delete(key);
      });
      kept.set(key, opened);
      return opened;
    },
    destroy() {
      for (const one of kept.values()) one.destroy();
    },
  };
}

function keyOf(address: RunAddress): string {
  if ("thread" in address) return address.thread.id;
  return "socketPath" in address ? address.socketPath : `${address.host}:${address.port}`;
}
