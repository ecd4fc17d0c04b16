import { keyText, type ResourceKey } from "../stores/resources/port.ts";

/**
 * What a run takes of the machine's room. For each of its hosts a job takes one core, and the smaller of its instance
 * type's memory and a quarter of the machine's. A run that stays up takes no core; its memory counts as it is used. A
 * job that only waits for other jobs takes nothing.
 */
export interface RunWeight {
  readonly cores: number;
  readonly memoryBytes: number;
}

/**
 * The machine's room, shared by all kinds. A job that does not fit waits, and jobs enter in the order in which they
 * asked. One job always fits, because no job may wait for a run that stays up: that never ends. The room is kept in
 * memory only; which jobs are inside follows from the documents of the runs.
 */
export interface RunRoom {
  /** Puts a document inside, whether there is room or not, because it has a run already. */
  occupy(key: ResourceKey, weight: RunWeight): void;
  /** Whether the document is inside or enters now. If not, it is woken when there is room. */
  enter(key: ResourceKey, weight: RunWeight): boolean;
  /** Frees the document's place, inside or in the queue. */
  leave(key: ResourceKey): void;
}

interface Entrant {
  readonly key: ResourceKey;
  readonly weight: RunWeight;
}

/** @param stayingBytes returns the memory in use by runs that stay up */
export function createRunRoom(
  size: RunWeight,
  wake: (key: ResourceKey) => void,
  stayingBytes: () => number = () => 0,
): RunRoom {
  const inside = new Map<string, Entrant>();
  const waiting = new Map<string, Entrant>();

  /** Returns the waiting documents whose turn it is: from the first on, as long as they fit. */
  function next(): Entrant[] {
    const jobs = [...inside.values()].filter(isJob);
    let cores = sum(jobs, "cores");
    let memoryBytes = sum(jobs, "memoryBytes") + stayingBytes();
    let count = jobs.length;
    const fitting: Entrant[] = [];
    for (const entrant of waiting.values()) {
      cores += entrant.weight.cores;
      memoryBytes += entrant.weight.memoryBytes;
      if (count > 0 && (cores > size.cores || memoryBytes > size.memoryBytes)) break;
      count++;
      fitting.push(entrant);
    }
    return fitting;
  }

  return {
    occupy: (key, weight) => void inside.set(keyText(key), { key, weight }),
    enter(key, weight) {
      const id = keyText(key);
      if (inside.has(id)) return true;
      const entrant = { key, weight };
      if (!isJob(entrant)) {
        inside.set(id, entrant);
        return true;
      }
      if (!waiting.has(id)) waiting.set(id, entrant);
      if (!next().some((one) => keyText(one.key) === id)) return false;
      waiting.delete(id);
      inside.set(id, entrant);
      return true;
    },
    leave(key) {
      const id = keyText(key);
      const left = inside.delete(id);
      const waited = waiting.delete(id);
      if (left || waited) for (const entrant of next()) wake(entrant.key);
    },
  };
}

/** A run that takes a core ends by itself; one that takes none stays up, or waits for other jobs. */
const isJob = ({ weight }: Entrant): boolean => weight.cores > 0;

const sum = (entrants: readonly Entrant[], what: keyof RunWeight): number =>
  entrants.reduce((total, { weight }) => total + weight[what], 0);
