import { once } from "node:events";
import { rmSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { reachable } from "../../executors/process/socket-reach.ts";

const name = "workers.sock";

/** Where workers reach the control process: in the home, which only its user may enter. */
export const workerSocket = (home: string): string => join(reachable(home, name), name);

/** Has the server take what workers hand on. A killed server may have left its socket. */
export async function listenForWorkers(server: Server, home: string): Promise<void> {
  rmSync(join(home, name), { force: true });
  server.listen(workerSocket(home));
  await once(server, "listening");
}
