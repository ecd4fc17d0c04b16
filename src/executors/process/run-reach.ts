import type { Executor, Executors } from "../port.ts";
import { createSocketReach } from "./socket-reach.ts";

/**
 * The executors for a process of the server that only connects to the sockets of runs.
 * @param folders the folder of each executor's runs, by its name
 */
export function createRunReach(folders: Readonly<Record<string, string>>): Executors {
  const refuse = (): never => {
    throw new Error("A process of the data plane reaches runs, and does nothing else with them");
  };
  const all = Object.entries(folders).map(([name, folder]): Executor => {
    const socketPath = createSocketReach(folder);
    return {
      name,
      get abilities() {
        return refuse();
      },
      reach: async (runId, socket) => ({ socketPath: socketPath(runId, socket) }),
      ...{ lacks: refuse, start: refuse, find: refuse, events: refuse, trim: refuse },
      ...{ usage: refuse, stop: refuse, remove: refuse, list: refuse },
    };
  });
  return { all, named: (name) => all.find((one) => one.name === name) ?? refuse(), choose: refuse };
}
