import type { Spot } from "./job-definition.ts";
import type { JobActual, SpotActual, SpotEnd, Transition } from "./job-state.ts";

/** Returns what a new attempt knows. `random`: a number of [0, 1). */
export function newSpotAttempt(
  transitions: readonly Transition[],
  { meanSeconds, interrupted }: Pick<Spot, "meanSeconds" | "interrupted">,
  random: number,
): SpotActual {
  if (meanSeconds === 0) return {};
  const times = transitions.filter(({ Status }) => Status === interrupted).length;
  return { interruptsAfter: Math.round(meanSeconds * 1000 * (0.5 + random) * 2 ** times) };
}

/** Returns what ends the attempt next by itself, and when; undefined when it is already asked to end, or saves its results. */
export function nextSpotEnd(
  { transitions, spot: actual }: Pick<JobActual, "transitions" | "spot">,
  { waitsUntil, working, saving }: Pick<Spot, "waitsUntil" | "working" | "saving">,
): { readonly ends: SpotEnd; readonly at: number } | undefined {
  const last = transitions.at(-1);
  if (actual?.ends !== undefined || last?.Status === saving) return undefined;
  const interruptsAt =
    last?.Status === working && actual?.interruptsAfter !== undefined
      ? last.StartTime + actual.interruptsAfter
      : Number.POSITIVE_INFINITY;
  return interruptsAt < waitsUntil ? { ends: "interrupted", at: interruptsAt } : { ends: "waited", at: waitsUntil };
}

/** The statuses in which a job has no instance. */
const idle: readonly string[] = ["Starting", "Restarting", "Interrupted"];

/** Returns for how many milliseconds the job has had an instance, over all of its attempts. */
export const occupiedMilliseconds = (transitions: readonly Transition[]): number =>
  transitions
    .filter(({ Status }) => !idle.includes(Status))
    .reduce((sum, { StartTime, EndTime = StartTime }) => sum + (EndTime - StartTime), 0);
