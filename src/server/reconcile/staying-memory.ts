import type { Clock } from "../../base/clock.ts";
import type { Executors } from "../../executors/port.ts";
import { run } from "../../frame/run.ts";
import { allDocuments, type ResourceStore } from "../../stores/resources/port.ts";

const freshMilliseconds = 5_000;

/**
 * The memory in use by runs that stay up: their weight in the machine's room. It is measured when a job asks for room.
 */
export interface StayingMemory {
  bytes(): number;
  /** Measures again in the background, unless the last measurement is recent. */
  refresh(): void;
}

export function createStayingMemory(options: {
  readonly executors: Pick<Executors, "all">;
  readonly resources: Pick<ResourceStore, "list">;
  readonly clock: Clock;
}): StayingMemory {
  const { executors, resources, clock } = options;
  let bytes = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function look(): Promise<void> {
    const runIds = new Map<string, string[]>();
    for await (const found of allDocuments(resources, run.name, { status: "Active" })) {
      const { key, wanted } = run.read(found);
      if (wanted.weight.cores === 0) runIds.set(wanted.executor, [...(runIds.get(wanted.executor) ?? []), key.name]);
    }
    let sum = 0;
    for (const executor of executors.all)
      for (const { memoryBytes } of (await executor.usage(runIds.get(executor.name) ?? [])).values())
        sum += memoryBytes;
    bytes = sum;
  }

  return {
    bytes: () => bytes,
    refresh() {
      if (clock.now() - lookedAt < freshMilliseconds) return;
      lookedAt = clock.now();
      // A failed measurement leaves the figure as it was; the next one corrects it.
      look().catch(() => {});
    },
  };
}
