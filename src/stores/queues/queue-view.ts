import type { RecordChange, RecordStore } from "../records/port.ts";

/** The records of one queue, with the changes that a batch makes and that are not written yet. */
export interface QueueView {
  get(keys: readonly string[]): Promise<(string | undefined)[]>;
  /** The first keys of a range, in their order. */
  first(from: string, before: string, limit: number): Promise<string[]>;
  put(key: string, value: string): void;
  remove(key: string): void;
  changes(): RecordChange[];
}

export function createQueueView(records: RecordStore, space: string): QueueView {
  const changed = new Map<string, string | undefined>();

  return {
    async get(keys) {
      const missing = keys.filter((key) => !changed.has(key));
      if (missing.length === 0) return keys.map((key) => changed.get(key));
      const found = await records.get(space, missing);
      let at = 0;
      return keys.map((key) => (changed.has(key) ? changed.get(key) : found[at++]));
    },

    async first(from, before, limit) {
      const added: string[] = [];
      for (const [key, value] of changed) if (value !== undefined && key >= from && key < before) added.push(key);
      const found: string[] = [];
      await records.scan(space, { from, before }, (key) => {
        if (!changed.has(key)) found.push(key);
        return found.length < limit ? undefined : "end";
      });
      if (added.length === 0) return found;
      return [...found, ...added].sort(inOrder).slice(0, limit);
    },

    put(key, value) {
      changed.set(key, value);
    },

    remove(key) {
      changed.set(key, undefined);
    },

    changes: () => [...changed].map(([key, value]) => ({ space, key, value })),
  };
}

/** The order of code points, which is that of the store's bytes but for pairs of surrogates: keys here hold ASCII. */
const inOrder = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
