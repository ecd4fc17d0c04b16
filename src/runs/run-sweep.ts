import type { Executor } from "../executors/port.ts";
import { runKindName } from "./run-key.ts";
import { allDocuments, type FeedEntry, type ResourceStore } from "../stores/resources/port.ts";

/**
 * Sees to it that the executor has no run but those whose document is "Active": a run is removed when its document ends
 * or goes, and at start every run is that no document knows.
 */
export interface RunSweep {
  /** To be called once, before jobs are reconciled. */
  all(): Promise<void>;
  entry(entry: FeedEntry): void;
  /** Resolves when the removals under way are done. */
  settled(): Promise<void>;
}

export function createRunSweep(options: {
  readonly executor: Executor;
  readonly resources: ResourceStore;
  readonly report: (what: string, error: unknown) => void;
}): RunSweep {
  const { executor, resources, report } = options;
  const removals = new Set<Promise<void>>();

  function remove(runId: string): void {
    const removal = executor
      .remove(runId)
      .catch((error) => report(`Run ${runId} could not be removed; it will be at the next start`, error))
      .finally(() => removals.delete(removal));
    removals.add(removal);
  }

  async function active(): Promise<Set<string>> {
    const ids = new Set<string>();
    for await (const { key } of allDocuments(resources, runKindName, { status: "Active" })) ids.add(key.name);
    return ids;
  }

  return {
    async all() {
      // In this order: a run is written down before it is started, so what is listed first is known by then.
      const runs = await executor.list();
      const known = runs.length > 0 ? await active() : new Set();
      for (const runId of runs) if (!known.has(runId)) remove(runId);
    },
    entry({ key, status, deleted }) {
      if (key.kind === runKindName && (deleted || status !== "Active")) remove(key.name);
    },
    async settled() {
      await Promise.all(removals);
    },
  };
}
