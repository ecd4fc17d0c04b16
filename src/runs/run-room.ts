import { keyText, type ResourceKey } from "../stores/resources/port.ts";

/**
 * Holds down how many resources of a kind have a run at the same time. The others wait and come in in the order in which
 * they asked. It is kept in memory alone: who is inside follows from the documents of the runs.
 */
export interface RunRoom {
  /** Is inside from now on, whether there is room or not: it has a run already. */
  occupy(key: ResourceKey): void;
  /** Whether it is inside, or comes in now. Where not, it is woken when there is room. */
  enter(key: ResourceKey): boolean;
  /** It has ended, or waits no more. */
  leave(key: ResourceKey): void;
}

export function createRunRoom(most: number, wake: (key: ResourceKey) => void): RunRoom {
  const inside = new Map<string, Set<string>>();
  const waiting = new Map<string, Map<string, ResourceKey>>();
  const insideOf = ({ kind }: ResourceKey) => setDefault(inside, kind, () => new Set<string>());
  const waitingOf = ({ kind }: ResourceKey) => setDefault(waiting, kind, () => new Map<string, ResourceKey>());
  /** Those whose turn it is. */
  const next = (key: ResourceKey) => [...waitingOf(key).values()].slice(0, Math.max(0, most - insideOf(key).size));

  return {
    occupy: (key) => void insideOf(key).add(keyText(key)),
    enter(key) {
      const id = keyText(key);
      if (insideOf(key).has(id)) return true;
      const queue = waitingOf(key);
      if (!queue.has(id)) queue.set(id, key);
      if (!next(key).some((one) => keyText(one) === id)) return false;
      queue.delete(id);
      insideOf(key).add(id);
      return true;
    },
    leave(key) {
      const id = keyText(key);
      const left = insideOf(key).delete(id);
      const waited = waitingOf(key).delete(id);
      if (left || waited) for (const one of next(key)) wake(one);
    },
  };
}

function setDefault<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
