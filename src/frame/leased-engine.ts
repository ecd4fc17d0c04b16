import { EngineLost } from "../runs/ask-engine.ts";
import type { EngineLease } from "../runs/engine-pool.ts";
import type { Context } from "./context.ts";
import { dropObjects } from "./engine-files.ts";

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
    throw error;
  } finally {
    void dropObjects(context, lease.runId, folder).catch(() => {});
    lease.release({ broken });
  }
}
