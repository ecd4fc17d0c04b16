import type { Server } from "node:http";
import { join } from "node:path";
import { reachable } from "../../executors/process/socket-reach.ts";
import { listenBelow } from "../http/listen-below.ts";

const name = "workers.sock";

/** Where workers reach the control process: in the home, which only its user may enter. */
export const workerSocket = (home: string): string => join(reachable(home, name), name);

/** Has the server take what workers hand on. */
export const listenForWorkers = (server: Server, home: string): Promise<void> => listenBelow(server, home, name);
