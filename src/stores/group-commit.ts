import type { Database } from "./database.ts";
import { storageFault } from "./storage-fault.ts";

/** Runs writers' work in shared transactions: all that comes in one turn of the event loop costs one sync. */
export interface GroupCommit {
  /**
   * Queues `work`, which changes the database synchronously. Resolves with what it gave once that is durable. When it
   * throws, its own changes are taken back and only its promise rejects.
   */
  run<T>(work: () => T): Promise<T>;
  /** Commits what is queued and takes no more. */
  close(): void;
}

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** `committed` is called after each commit, before the promises of its writers resolve. */
export function createGroupCommit(database: Database, committed: () => void = () => {}): GroupCommit {
  const begin = database.prepare("begin immediate");
  const commit = database.prepare("commit");
  const save = database.prepare("savepoint writer");
  const release = database.prepare("release writer");
  const takeBack = database.prepare("rollback to writer");
  let queue: Job[] = [];
  let closed = false;

  function flush(): void {
    const jobs = queue;
    queue = [];
    if (jobs.length === 0) return;
    const settle: (() => void)[] = [];
    try {
      begin.run();
      for (const job of jobs) settle.push(attempt(job));
      commit.run();
    } catch (error) {
      if (database.inTransaction) database.exec("rollback");
      const fault = storageFault(error, database.name);
      for (const job of jobs) job.reject(fault);
      return;
    }
    committed();
    for (const tell of settle) tell();
  }

  function attempt({ work, resolve, reject }: Job): () => void {
    save.run();
    try {
      const value = work();
      release.run();
      return () => resolve(value as never);
    } catch (error) {
      // A full disk ends the whole transaction, not only this part of it.
      if (!database.inTransaction) throw error;
      takeBack.run();
      release.run();
      return () => reject(storageFault(error, database.name));
    }
  }

  return {
    run(work) {
      if (closed) return Promise.reject(new Error(`${database.name} is closed`));
      return new Promise((resolve, reject) => {
        queue.push({ work, resolve, reject });
        if (queue.length === 1) setImmediate(flush);
      });
    },
    close() {
      closed = true;
      flush();
    },
  };
}
