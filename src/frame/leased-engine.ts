import type { RunExit } from "../executors/port.ts";
import { EngineLost } from "../runs/ask-engine.ts";
import type { EngineLease } from "../runs/engine-pool.ts";
import type { Context } from "./context.ts";
import { dropObjects } from "./engine-files.ts";
import { executorOf } from "./run.ts";

/**
 * Waits for an engine, and gives it back when the work is done. What was brought to the folder, below the engine's folder of tables,
 * is dropped; the next work need not wait for that.
 */
export async function withLeasedEngine<Result>(
  context: Context,
  folder: string,
  signal: AbortSignal,
  work: (engine: EngineLease) => Promise<Result>,
): Promise<Result> {
  const lease = await context.engines.take(context, signal);
  let broken = false;
  try {
    return await work(lease);
  } catch (error) {
    broken = error instanceof EngineLost;
    if (error instanceof EngineLost) error.endedBy = await endOf(context, lease.runId, signal);
    throw error;
  } finally {
    void dropObjects(context, lease.runId, folder).catch(() => {});
    lease.release({ broken });
  }
}

/** The end of a run is known when its processes are gone, a moment after it hangs up. */
const longestEndMilliseconds = 10_000;

/** Why the run of an engine that was lost has ended; undefined where that cannot be said. */
async function endOf(context: Context, runId: string, signal: AbortSignal): Promise<RunExit["reason"]> {
  const waiting = AbortSignal.any([signal, AbortSignal.timeout(longestEndMilliseconds)]);
  try {
    for await (const event of (await executorOf(context, runId)).events(runId, undefined, waiting))
      if (event.type === "exit") return event.exit.reason;
  } catch {
    // Whoever ends the run may have removed it meanwhile.
  }
  return undefined;
}
