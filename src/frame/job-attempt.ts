import type { RunExit } from "../executors/port.ts";
import type { FollowedRun } from "../runs/follow-run.ts";
import type { JobEnd } from "./job-definition.ts";
import type { JobActual } from "./job-state.ts";
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
  const isStopped = ({ reason }: RunExit) => reason === "stopped" || reason === "lost" || reason === "group";
  const failed = exits
    .filter((exit) => exit !== undefined && endsOthers({ ended: true, exit }) && !isStopped(exit))
    .sort((a, b) => a!.time - b!.time);
  if (failed.length > 0) return failed[0];
  if (exits.includes(undefined)) return undefined;
  return exits.find((exit) => isStopped(exit!)) ?? exits[0];
}

/**
 * Returns how long the other runs of an attempt may take to end after one has: those of a job that is over its runtime
 * save what they have; else what they would save is of no use.
 */
export const graceOfOthers = (runs: readonly Ended[], graceSeconds: number): number =>
  runs.some(({ exit }) => exit?.reason === "runtime") ? graceSeconds : 0;

/**
 * Returns what a job is told of a state by one of several hosts, given what it was told before: of failures the first
 * counts, because it ended the others; messages stand behind each other.
 */
export function toldByHost(
  before: JobActual["told"],
  {
    state,
    time,
    detail,
  }: { readonly state: string; readonly time: number; readonly detail: Readonly<Record<string, unknown>> },
): JobActual["told"] {
  const known = before[state];
  if (state === "Failed") {
    if (known && (known.time as number) <= time) return before;
    return { ...before, Failed: { ...detail, time } };
  }
  const message = [known?.message, detail.message].filter((text) => typeof text === "string" && text !== "");
  return { ...before, [state]: { ...known, ...detail, ...(message.length > 0 && { message: message.join("\n") }) } };
}

/**
 * Returns what the end of an attempt means for its job: its end, another attempt, or one that counts as a retry. `loss`
 * says why a run of it was lost, by the platform's fault, whatever the other hosts ended with.
 */
export function endOfAttempt(
  { told }: Pick<JobActual, "told">,
  exit: RunExit | undefined,
  loss: string | undefined,
  { stopping, mayRetry }: { readonly stopping: boolean; readonly mayRetry: boolean },
): JobEnd | "restart" | "retry" {
  if (exit?.reason === "runtime") return { how: "runtime" };
  const isStopped = exit?.reason === "stopped" || exit?.reason === "lost";
  if (stopping && (isStopped || loss !== undefined)) return { how: "stopped" };
  // The user did not ask for this stop: the server was stopped, or was away for too long.
  if (isStopped) return "restart";
  if (!exit || loss !== undefined) return mayRetry ? "retry" : { how: "lost", loss: loss! };
  const { code } = exit;
  if (exit.reason === "memory") return { how: "memory", code };
  if (exit.reason === "processes" || exit.reason === "disk") return { how: "limit", code, of: exit.reason };
  if (code === 0) return { how: "completed" };
  const reason = told.Failed?.reason;
  return { how: "program", code, told: typeof reason === "string" ? reason : undefined };
}
