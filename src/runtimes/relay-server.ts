import { once } from "node:events";
import { connect, createServer } from "node:net";
import { pipeline } from "node:stream";

/**
 * Takes connections at 127.0.0.1 and passes them on to the server's socket: the job's own code is in a network where
 * there is no server.
 */
export async function relayServer(port: number, socketPath: string): Promise<void> {
  const relay = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect({ path: socketPath, allowHalfOpen: true });
    pipeline(client, server, () => {});
    pipeline(server, client, () => {});
  });
  relay.listen(port, "127.0.0.1");
  await once(relay, "listening");
  relay.unref();
}
