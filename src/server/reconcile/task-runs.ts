import type { Clock } from "../../base/clock.ts";
import type { Executors } from "../../executors/port.ts";
import type { Context } from "../../frame/context.ts";
import { parentKey } from "../../frame/define-kind.ts";
import type { Place } from "../../frame/kind-naming.ts";
import { executorOf, run, runKey } from "../../frame/run.ts";
import type { FollowedRun } from "../../runs/follow-run.ts";
import { createRunReader, type RunReader } from "../../runs/run-reader.ts";
import type { RunWeight } from "../../runs/run-room.ts";
import type { Timer } from "../../runs/timer.ts";
import {
  allDocuments,
  changedKey,
  keyText,
  type ResourceChange,
  type ResourceKey,
  type ResourceStore,
} from "../../stores/resources/port.ts";

/** How far a run has been dealt with is written with other changes of its document; by itself at most this often. */
const saveMilliseconds = 5_000;

/** The runs that one resource follows. */
export interface TaskRuns {
  /**
   * Called before a reconcile, and after one that did not throw; `end` lets go the runs that the reconcile did not
   * follow.
   */
  begin(): void;
  end(): void;
  follow(runId: string): Promise<FollowedRun>;
  /** Returns what to write with the changes of a reconcile, and what to do once it is written. */
  progress(
    changes: readonly ResourceChange[],
    context: Context,
  ): Promise<{ readonly changes: readonly ResourceChange[]; saved(): Promise<void> }>;
  letGo(): void;
}

interface Followed {
  readonly reader: RunReader;
  savedAt: number;
  savedCursor: string | undefined;
}

export function createTaskRuns(options: {
  readonly executors: Executors;
  readonly resources: ResourceStore;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly place: Place;
  readonly wake: () => void;
}): TaskRuns {
  const { executors, resources, clock, timer, place, wake } = options;
  const followed = new Map<string, Followed>();
  let asked = new Set<string>();

  const letGo = (runId: string) => {
    followed.get(runId)?.reader.close();
    followed.delete(runId);
  };

  return {
    begin() {
      asked = new Set();
    },
    end() {
      for (const runId of [...followed.keys()]) if (!asked.has(runId)) letGo(runId);
    },

    async follow(runId) {
      asked.add(runId);
      let one = followed.get(runId);
      if (!one) {
        const found = await resources.get(runKey(place, runId));
        const document = found && run.read(found);
        const progress = document?.actual ?? {};
        const executor = await executorOf({ executors, resources }, place, runId);
        // The first lines may have been dealt with by an earlier server or an earlier try that did not record it.
        const reader = createRunReader({ executor, runId, progress, resumed: true, timer, wake });
        one = { reader, savedAt: document?.modified ?? 0, savedCursor: progress.cursor };
        followed.set(runId, one);
      }
      return one.reader.look();
    },

    async progress(changes, context) {
      const saved: ResourceChange[] = [];
      const trims: [runId: string, cursor: string][] = [];
      const written = new Set(changes.map((change) => keyText(changedKey(change))));
      for (const [runId, one] of followed) {
        const now = one.reader.progress();
        if (now?.cursor === undefined || now.cursor === one.savedCursor) continue;
        if (changes.length === 0 && clock.now() - one.savedAt < saveMilliseconds) continue;
        const document = await run.find(context, runKey(place, runId));
        if (!document || written.has(keyText(document.key))) continue;
        saved.push(await run.put(context, { ...document, actual: now, modified: clock.now() }));
        trims.push([runId, now.cursor]);
      }
      return {
        changes: saved,
        async saved() {
          for (const [runId, cursor] of trims) {
            const one = followed.get(runId);
            if (one) [one.savedAt, one.savedCursor] = [clock.now(), cursor];
            await (await executorOf({ executors, resources }, place, runId)).trim(runId, cursor);
          }
        },
      };
    },

    letGo() {
      for (const runId of [...followed.keys()]) letGo(runId);
    },
  };
}

/** Yields the documents that have runs, with what the runs take of the machine's room. */
export async function* occupiedRuns(
  resources: Pick<ResourceStore, "list">,
): AsyncGenerator<{ readonly key: ResourceKey; readonly weight: RunWeight }> {
  for await (const found of allDocuments(resources, run.name, { status: "Active" })) {
    const { key, parent, wanted } = run.read(found);
    const of = parentKey(key, parent);
    if (of && wanted.weight.cores > 0) yield { key: of, weight: wanted.weight };
  }
}
