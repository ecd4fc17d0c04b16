import type { RootDatabase } from "lmdb";
import type { KeyNames } from "./lmdb-keys.ts";
import { isExpected, type RecordChange, RecordConflict } from "./port.ts";

interface Job {
  readonly changes: readonly RecordChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes what came while the last transaction was synced in one transaction, so that writers share its sync. */
export interface WriteTurns {
  write(changes: readonly RecordChange[]): Promise<void>;
  /** Resolves when what was to be written is. */
  ended(): Promise<void>;
}

/**
 * This process alone writes, and one transaction at a time, so what a change expects is looked up before the
 * transaction begins. LMDB then writes and syncs it in a thread of its own.
 */
export function createWriteTurns(env: RootDatabase<string, Buffer>, names: KeyNames): WriteTurns {
  let queue: Job[] = [];
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const jobs = queue;
      queue = [];
      await commit(jobs);
    }
    working = undefined;
  }

  async function commit(jobs: readonly Job[]): Promise<void> {
    /** What the transaction writes, by the key in latin-1. */
    const written = new Map<string, { readonly key: Buffer; readonly value: string | undefined }>();
    const taken = jobs.filter((job) => {
      try {
        for (const [name, change] of apply(job.changes, written)) written.set(name, change);
        return true;
      } catch (error) {
        job.reject(error);
        return false;
      }
    });
    try {
      if (written.size > 0)
        await env.batch(() => {
          for (const { key, value } of written.values()) {
            // A batch is settled as a whole; its parts tell nothing more.
            const part = value === undefined ? env.remove(key) : env.put(key, value);
            void part.catch?.(() => {});
          }
        });
      env.resetReadTxn();
      for (const { resolve } of taken) resolve();
    } catch (error) {
      names.forget();
      for (const { reject } of taken) reject(error);
    }
  }

  /** Returns what one batch writes, over what the transaction has so far. @throws RecordConflict */
  function apply(
    changes: readonly RecordChange[],
    before: ReadonlyMap<string, { readonly value: string | undefined }>,
  ) {
    const made: string[] = [];
    const own = new Map<string, { readonly key: Buffer; readonly value: string | undefined }>();
    for (const { space, key: text, value, expected } of changes) {
      let number = names.find(space);
      if (number === undefined) {
        if (!isExpected(undefined, expected)) throw new RecordConflict(text, "absent");
        if (value === undefined) continue;
        number = names.nextNumber();
        names.remember(space, number);
        made.push(space);
        own.set(`\0${space}`, { key: names.nameKey(space), value: String(number) });
      }
      const key = names.key(number, text);
      const name = key.toString("latin1");
      if (expected !== undefined) {
        const pending = own.get(name) ?? before.get(name);
        const found = pending ? pending.value : env.get(key);
        if (!isExpected(found, expected)) {
          for (const space of made) names.forget(space);
          throw new RecordConflict(text, found === undefined ? "absent" : "present");
        }
      }
      own.set(name, { key, value });
    }
    return own;
  }

  return {
    write(changes) {
      return new Promise((resolve, reject) => {
        queue.push({ changes, resolve, reject });
        working ??= work();
      });
    },
    ended: async () => working,
  };
}
