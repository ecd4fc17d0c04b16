import { once } from "node:events";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { join } from "node:path";
import { reachable } from "../../executors/process/socket-reach.ts";

/**
 * Has a server listen on a Unix socket in a folder; one that a killed server has left is replaced. The kernel lists sockets by the path
 * that they were bound by, for all who share the machine's network, jobs among them: on Linux that path names no folder.
 */
export async function listenBelow(server: Server, folder: string, name: string): Promise<void> {
  rmSync(join(folder, name), { force: true });
  if (process.platform === "linux") {
    const opened = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    server.listen(`/proc/self/fd/${opened}/${name}`);
    // The socket's file is removed by the same path.
    server.once("close", () => closeSync(opened));
  } else {
    server.listen(join(reachable(folder, name), name));
  }
  await once(server, "listening");
}
