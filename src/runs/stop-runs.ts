import { setTimeout } from "node:timers/promises";
import type { Executor, Executors } from "../executors/port.ts";
import { listRuns } from "./list-runs.ts";

const graceSeconds = 5;
const lookMilliseconds = 25;

/**
 * Ends all runs and returns when they have ended. They get only a few seconds: an unfinished job begins a new attempt
 * at the next start, so nothing of this attempt needs saving. A run that cannot be ended is reported and delays no
 * other.
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
  // A full disk prevents even the note that asks the keeper to stop; the run then ends without grace.
  await executor.stop(runId, graceSeconds).catch(() => executor.stop(runId, 0));
  if (await ends(executor, runId, graceSeconds + 5)) return;
  // It hangs; its executor ends it without grace.
  await executor.stop(runId, 0);
  if (!(await ends(executor, runId, killSeconds))) throw new Error("it still runs, and is left to the next start");
}

/** How long an executor may take to end a run that hangs. */
const killSeconds = 15;

async function ends(executor: Executor, runId: string, seconds: number): Promise<boolean> {
  for (const deadline = performance.now() + seconds * 1000; performance.now() < deadline; ) {
    if ((await executor.find(runId)).state !== "running") return true;
    await setTimeout(lookMilliseconds);
  }
  return false;
}

/** Kills all runs and removes them from their executors. */
export async function removeRuns(executors: Executors): Promise<void> {
  await Promise.all((await listRuns(executors)).map(({ executor, runId }) => executor.remove(runId)));
}
