import { keyText, type ResourceKey } from "../stores/resources/port.ts";

/**
 * What a run takes of the machine. A job weighs one core a host and the smaller of its instance type's memory and a
 * quarter of the machine's; what stays up weighs the memory it uses and no core; what only waits for others nothing.
 */
export interface RunWeight {
  readonly cores: number;
  readonly memoryBytes: number;
}

/**
 * The machine's room, one for all kinds. Those for whom there is none wait and come in in the order in which they asked;
 * one job always fits, and none waits for what stays up, since that never ends. It is kept in memory alone: who is inside
 * follows from the documents of the runs.
 */
export interface RunRoom {
  /** Is inside from now on, whether there is room or not: it has a run already. */
  occupy(key: ResourceKey, weight: RunWeight): void;
  /** Whether it is inside, or comes in now. Where not, it is woken when there is room. */
  enter(key: ResourceKey, weight: RunWeight): boolean;
  /** It has ended, or waits no more. */
  leave(key: ResourceKey): void;
}

interface Place {
  readonly key: ResourceKey;
  readonly weight: RunWeight;
}

/** @param stayingBytes the memory in use by what stays up */
export function createRunRoom(
  size: RunWeight,
  wake: (key: ResourceKey) => void,
  stayingBytes: () => number = () => 0,
): RunRoom {
  const inside = new Map<string, Place>();
  const waiting = new Map<string, Place>();

  /** Those of the waiting whose turn it is: from the first on, as long as they fit. */
  function next(): Place[] {
    const jobs = [...inside.values()].filter(isJob);
    let cores = sum(jobs, "cores");
    let memoryBytes = sum(jobs, "memoryBytes") + stayingBytes();
    let count = jobs.length;
    const fitting: Place[] = [];
    for (const place of waiting.values()) {
      cores += place.weight.cores;
      memoryBytes += place.weight.memoryBytes;
      if (count > 0 && (cores > size.cores || memoryBytes > size.memoryBytes)) break;
      count++;
      fitting.push(place);
    }
    return fitting;
  }

  return {
    occupy: (key, weight) => void inside.set(keyText(key), { key, weight }),
    enter(key, weight) {
      const id = keyText(key);
      if (inside.has(id)) return true;
      const place = { key, weight };
      if (!isJob(place)) {
        inside.set(id, place);
        return true;
      }
      if (!waiting.has(id)) waiting.set(id, place);
      if (!next().some((one) => keyText(one.key) === id)) return false;
      waiting.delete(id);
      inside.set(id, place);
      return true;
    },
    leave(key) {
      const id = keyText(key);
      const left = inside.delete(id);
      const waited = waiting.delete(id);
      if (left || waited) for (const place of next()) wake(place.key);
    },
  };
}

/** What takes a core ends by itself; what takes none stays up, or waits for others. */
const isJob = ({ weight }: Place): boolean => weight.cores > 0;

const sum = (places: readonly Place[], what: keyof RunWeight): number =>
  places.reduce((total, { weight }) => total + weight[what], 0);
