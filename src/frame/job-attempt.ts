import type { RunExit } from "../executors/port.ts";
import type { FollowedRun } from "../runs/follow-run.ts";
import type { RunPlan } from "./run.ts";

/** Returns the plans of an attempt's runs, one a host; several form a group, which is placed and ended together. */
export function groupOf(planned: RunPlan | readonly RunPlan[], id: string): readonly RunPlan[] {
  const plans = [planned].flat();
  const size = plans.length;
  if (size === 1) return plans;
  return plans.map((plan, index) => ({ ...plan, spec: { ...plan.spec, group: { id, index, size } } }));
}

type Ended = Pick<FollowedRun, "exit" | "ended">;

/** Whether a run has ended in a way that ends the others of its attempt: everything but success. */
export const endsOthers = ({ ended, exit }: Ended): boolean => ended && (exit?.code !== 0 || exit.reason !== undefined);

/**
 * Returns the exit that decides how an attempt ended, once all of its runs have: of those that failed by themselves the
 * first, because it ended the others; else that of a lost run (undefined) or one that was stopped; else of the first host.
 */
export function decidingExit(runs: readonly Ended[]): RunExit | undefined {
  const exits = runs.map(({ exit }) => exit);
  const isStopped = (exit: RunExit) => exit.reason === "stopped" || exit.reason === "lost";
  const failed = exits
    .filter((exit) => exit !== undefined && endsOthers({ ended: true, exit }) && !isStopped(exit))
    .sort((a, b) => a!.time - b!.time);
  if (failed.length > 0) return failed[0];
  if (exits.includes(undefined)) return undefined;
  return exits.find((exit) => isStopped(exit!)) ?? exits[0];
}
