import type { Executor, Executors } from "../executors/port.ts";
import { allDocuments, type FeedEntry, type ResourceStore } from "../stores/resources/port.ts";
import { listRuns } from "./list-runs.ts";
import { keptStatus, runKindName } from "./run-key.ts";

/**
 * Removes from their executors the runs without an "Active" or a "Kept" document: a run when its document ends or is
 * deleted, and at start every run that no document names.
 */
export interface RunSweep {
  /** Removes the runs that no document names. It is called once, before jobs are reconciled. */
  all(): Promise<void>;
  entry(entry: FeedEntry): void;
  /** Resolves when the removals under way are done. */
  settled(): Promise<void>;
}

const staying = ["Active", keptStatus];

export function createRunSweep(options: {
  readonly executors: Executors;
  readonly resources: ResourceStore;
  readonly report: (what: string, error: unknown) => void;
}): RunSweep {
  const { executors, resources, report } = options;
  const removals = new Set<Promise<void>>();

  function remove(executor: Executor, runId: string): void {
    const removal = executor
      .remove(runId)
      .catch((error) => report(`Run ${runId} could not be removed; it will be at the next start`, error))
      .finally(() => removals.delete(removal));
    removals.add(removal);
  }

  async function named(): Promise<Set<string>> {
    const ids = new Set<string>();
    for await (const { key } of allDocuments(resources, runKindName, { status: staying })) ids.add(key.name);
    return ids;
  }

  return {
    async all() {
      // The order matters: a run's document is written before the run is started, so every listed run has its document
      // by now.
      const runs = await listRuns(executors);
      const known = runs.length > 0 ? await named() : new Set();
      for (const { executor, runId } of runs) if (!known.has(runId)) remove(executor, runId);
    },
    entry({ key, status, deleted }) {
      // A deleted document no longer says which executor has the run. Removing an unknown run does nothing.
      if (key.kind === runKindName && (deleted || !staying.includes(status ?? "")))
        for (const executor of executors.all) remove(executor, key.name);
    },
    async settled() {
      await Promise.all(removals);
    },
  };
}
