import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";
import { shellWord } from "../../base/shell-word.ts";
import { StartFailure } from "../home/start-failure.ts";
import { whoListens } from "./who-listens.ts";

/**
 * Starts to listen, and returns the address by which clients on this machine reach the server.
 * @throws StartFailure when the port is taken or the address is not this machine's
 */
export async function listen(server: NetServer, host: string, port: number): Promise<{ url: string; port: number }> {
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const words = code && (await explanations[code]?.(host, port));
    throw words ? new StartFailure(words, { exitCode: 4, cause: error }) : new StartFailure(message, { cause: error });
  }
  const found = (server.address() as AddressInfo).port;
  const reached = reachedBy(host);
  return { url: `http://${reached.includes(":") ? `[${reached}]` : reached}:${found}`, port: found };
}

const patienceMilliseconds = 5_000;

/**
 * Answers the requests under way and accepts no more. A connection from which nothing is read is ended after five
 * seconds.
 */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), patienceMilliseconds);
    server.close(() => {
      clearTimeout(impatience);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Returns the host by which clients on this machine reach a server that listens on `host`. */
const reachedBy = (host: string): string => (["0.0.0.0", "::", ""].includes(host) ? "127.0.0.1" : host);

const explanations: Readonly<Record<string, (host: string, port: number) => string | Promise<string>>> = {
  EADDRINUSE: async (host, port) => {
    const owner = await whoListens(reachedBy(host), port);
    const another = "Give another with --port N, or --port 0 for a free one.";
    if (!owner) return `Port ${port} on ${host} is in use by another program. ${another}`;
    const { sagebrush, home, pid } = owner;
    if (home === undefined) return `Port ${port} on ${host} is in use by a Sagebrush server (${sagebrush}). ${another}`;
    return (
      `Port ${port} on ${host} is in use by the Sagebrush server of ${home} (process ${pid}, ${sagebrush}). ` +
      `Stop it with \`bin/sagebrush stop --home ${shellWord(home)}\`. ${another}`
    );
  },
  EACCES: (_host, port) => `Port ${port} may not be used by this user. Give a port over 1023 with --port N.`,
  EADDRNOTAVAIL: (host) => `This machine does not have the address ${host}. Give one of its own with --host H.`,
  ENOTFOUND: (host) => `The name ${host} is not known here. Give an address of this machine with --host H.`,
};
