import { connect, createServer, type Server } from "node:net";
import { pipeline } from "node:stream";
import { URL } from "node:url";
import { listenBelow } from "./listen-below.ts";

/** The name of that socket in its folder. */
export const relayName = "server";

/**
 * Listens on a Unix socket, and passes its connections on to the server's address: for runs that do not have the
 * machine's network. @param name the socket's name in `folder`
 */
export async function listenForRuns(folder: string, name: string, url: string): Promise<Server> {
  const { hostname, port } = new URL(url);
  const relay = createServer({ allowHalfOpen: true }, (run) => {
    const server = connect({ port: Number(port), host: hostname.replace(/^\[|\]$/g, ""), allowHalfOpen: true });
    // Either side may break off; what is left of the other is then of no use.
    pipeline(run, server, () => {});
    pipeline(server, run, () => {});
  });
  await listenBelow(relay, folder, name);
  return relay.unref();
}
