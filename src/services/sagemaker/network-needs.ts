import type { RunNeeds } from "../../executors/port.ts";

/** What each of several hosts of a job needs to find the others. Which group it is follows when its runs begin. */
export const groupNeeds = (hosts: number): Pick<RunNeeds, "group"> =>
  hosts > 1 ? { group: { id: "", index: 0, size: hosts } } : {};

/** What a run needs of the network. Where the job's code has none, it is apart from what stages the run. */
export const networkNeeds = (isIsolated: boolean | undefined): Pick<RunNeeds, "network" | "innerSandbox"> =>
  isIsolated ? { network: "none", innerSandbox: true } : { network: "host" };
