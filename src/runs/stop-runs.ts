import { setTimeout } from "node:timers/promises";
import type { Executor, Executors } from "../executors/port.ts";
import { listRuns } from "./list-runs.ts";

const graceSeconds = 5;
const lookMilliseconds = 25;

/**
 * Ends all runs and returns when they have. They get a few seconds only: an unfinished job begins a new attempt at the
 * next start, so there is nothing of this one to save. A run that cannot be ended is reported, and holds up nobody.
 */
export async function stopRuns(executors: Executors, report: (what: string, error: unknown) => void): Promise<void> {
  const runs = await listRuns(executors);
  await Promise.all(
    runs.map(({ executor, runId }) =>
      stopRun(executor, runId).catch((error) => report(`Run ${runId} could not be stopped`, error)),
    ),
  );
}

async function stopRun(executor: Executor, runId: string): Promise<void> {
  // Where not even a word can be left for the keeper (a full disk), it ends without grace.
  await executor.stop(runId, graceSeconds).catch(() => executor.stop(runId, 0));
  const deadline = Date.now() + (graceSeconds + 5) * 1000;
  while ((await executor.find(runId)).state === "running" && Date.now() < deadline) await setTimeout(lookMilliseconds);
}

/** Kills all runs and forgets them. */
export async function removeRuns(executors: Executors): Promise<void> {
  await Promise.all((await listRuns(executors)).map(({ executor, runId }) => executor.remove(runId)));
}
