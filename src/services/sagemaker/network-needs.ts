import type { RunNeeds } from "../../executors/port.ts";

/** What a run needs of the network. Where the job's code has none, it is apart from what stages the run. */
export const networkNeeds = (isIsolated: boolean | undefined): Pick<RunNeeds, "network" | "innerSandbox"> =>
  isIsolated ? { network: "none", innerSandbox: true } : { network: "host" };
