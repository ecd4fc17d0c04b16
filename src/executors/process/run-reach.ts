import type { Executor, Executors } from "../port.ts";
import { createSocketReach } from "./socket-reach.ts";

/** The process executor for a process of the server that only connects to the sockets of runs. */
export function createRunReach(runsFolder: string): Executors {
  const socketPath = createSocketReach(runsFolder);
  const refuse = (): never => {
    throw new Error("A process of the data plane reaches runs, and does nothing else with them");
  };
  const executor: Executor = {
    name: "process",
    get abilities() {
      return refuse();
    },
    reach: async (runId, socket) => ({ socketPath: socketPath(runId, socket) }),
    ...{ lacks: refuse, start: refuse, find: refuse, events: refuse, trim: refuse },
    ...{ usage: refuse, stop: refuse, remove: refuse, list: refuse },
  };
  return { all: [executor], named: () => executor, choose: refuse };
}
