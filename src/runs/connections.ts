import type { RunAddress } from "../executors/port.ts";
import { Agent } from "../wire/node-http.ts";
import { type FrameConnection, openFrameConnection } from "./frame-connection.ts";

/** Connections to servers in runs, kept open from one call to the next. No answer depends on which are there. */
export interface Connections {
  readonly http: InstanceType<typeof Agent>;
  /** The connection to a server that speaks frames; it is opened when there is none. */
  frames(address: RunAddress): FrameConnection;
  destroy(): void;
}

export function createConnections(): Connections {
  const http = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  const open = new Map<string, FrameConnection>();
  return {
    http,
    frames(address) {
      const key = "socketPath" in address ? address.socketPath : `${address.host}:${address.port}`;
      const found = open.get(key);
      if (found) return found;
      const opened = openFrameConnection(address, () => {
        if (open.get(key) === opened) open.delete(key);
      });
      open.set(key, opened);
      return opened;
    },
    destroy() {
      http.destroy();
      for (const connection of open.values()) connection.destroy();
    },
  };
}
