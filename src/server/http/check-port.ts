import { createServer } from "../../wire/node-http.ts";
import { type Checkup, type Finding, findingOf } from "../checkup/checkup.ts";
import { closeServer, listen } from "./listen.ts";

/**
 * Refuses to start where the port is taken before anything is made.
 * @throws StartFailure
 */
export async function requirePort({ host, port }: Checkup["settings"]): Promise<void> {
  const server = createServer();
  await listen(server, host, port);
  await closeServer(server);
}

/** Whether a server could listen now. One that holds the home has its port already. */
export async function checkPort({ settings, held }: Checkup): Promise<readonly Finding[]> {
  if (held) return [];
  const title = "Port";
  const { host, port } = settings;
  const server = createServer();
  try {
    await listen(server, host, port);
    await closeServer(server);
    return [{ title, words: port === 0 ? `a free one of ${host}` : `${port} on ${host} is free` }];
  } catch (error) {
    const finding = findingOf(title, error);
    const inUse = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === "EADDRINUSE";
    const isUnknown = inUse && finding.words.includes("another program");
    return [isUnknown ? { ...finding, fix: `${finding.fix} To see which: ss -ltnp 'sport = :${port}'` } : finding];
  }
}
