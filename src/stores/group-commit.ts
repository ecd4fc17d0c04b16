import { open } from "node:fs/promises";
import { isDiskFull } from "../base/is-disk-full.ts";
import type { Database } from "./database.ts";
import { type DiskReserve, noReserve } from "./disk-reserve.ts";
import { diskFullFault, storageFault } from "./storage-fault.ts";

/** Runs writers' work in shared transactions: all that comes in one turn of the event loop costs one sync. */
export interface GroupCommit {
  /**
   * Queues `work`, which changes the database synchronously. Resolves with its result once that is durable. When it
   * throws, its own changes are rolled back and only its promise rejects. With `sync: false` it resolves once the
   * change is written: it survives the end of the process at once, and a power cut after a second.
   *
   * `storesNothing` marks work that stores nothing new: it frees room, or changes what is there. On a full disk such work
   * is done again in the room of the reserve, and other work is refused.
   */
  run<T>(work: () => T, options?: { readonly sync?: boolean; readonly storesNothing?: boolean }): Promise<T>;
  /** Commits what is queued and refuses further work. */
  close(): void;
}

interface Job {
  readonly work: () => unknown;
  readonly sync: boolean;
  readonly storesNothing: boolean;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Less than the promised second, so that the sync itself fits in. */
const syncMilliseconds = 700;

export interface GroupCommitOptions {
  /** Called after each commit, before the promises of its writers resolve. */
  readonly committed?: () => void;
  /** Called when changes have been rolled back. */
  readonly takenBack?: () => void;
  /** Makes durable what was committed without a sync. */
  readonly syncLog?: () => Promise<void>;
  /** The reserve of the database's disk. */
  readonly reserve?: DiskReserve | undefined;
}

export function createGroupCommit(
  database: Database,
  {
    committed = () => {},
    takenBack = () => {},
    syncLog = () => syncFile(`${database.name}-wal`),
    reserve = noReserve,
  }: GroupCommitOptions = {},
): GroupCommit {
  const begin = database.prepare("begin immediate");
  const commit = database.prepare("commit");
  const save = database.prepare("savepoint writer");
  const release = database.prepare("release writer");
  const takeBack = database.prepare("rollback to writer");
  let queue: Job[] = [];
  let closed = false;
  /** Set while commits wait for the sync of the log. */
  let logTimer: NodeJS.Timeout | undefined;
  let mustSync = false;

  function flush(): void {
    const jobs = queue;
    queue = [];
    if (jobs.length > 0) commitTogether(jobs);
  }

  function commitTogether(jobs: readonly Job[]): void {
    const settle: (() => void)[] = [];
    const sync = mustSync || jobs.some((job) => job.sync);
    try {
      // SQLite changes the level between transactions only.
      if (!sync) database.pragma("synchronous = NORMAL");
      try {
        begin.run();
        for (const job of jobs) settle.push(attempt(job));
        commit.run();
      } catch (error) {
        if (database.inTransaction) database.exec("rollback");
        takenBack();
        throw error;
      } finally {
        if (!sync) database.pragma("synchronous = FULL");
      }
    } catch (error) {
      if (isDiskFull(error)) commitOnFullDisk(jobs, error);
      else refuse(jobs, error);
      return;
    }
    if (sync) logIsSynced();
    else logTimer ??= setTimeout(syncLater, syncMilliseconds).unref();
    committed();
    for (const tell of settle) tell();
  }

  function refuse(jobs: readonly Job[], error: unknown): void {
    const fault = storageFault(error, database.name);
    for (const job of jobs) job.reject(fault);
  }

  /** Tries again without the work that stores something new, and then with the room of the reserve. */
  function commitOnFullDisk(jobs: readonly Job[], error: unknown): void {
    reserve.foundFull();
    const left = jobs.filter(({ storesNothing }) => storesNothing);
    refuse(
      jobs.filter(({ storesNothing }) => !storesNothing),
      error,
    );
    if (left.length === 0) return;
    if (left.length < jobs.length || reserve.giveBack()) commitTogether(left);
    else refuse(left, error);
  }

  /** A synced commit syncs the whole log, the commits before it included. */
  function logIsSynced(): void {
    mustSync = false;
    clearTimeout(logTimer);
    logTimer = undefined;
  }

  function syncLater(): void {
    logTimer = undefined;
    // After a failure the next commit syncs in any case, so that its writers are told of the disk.
    syncLog().catch(() => {
      mustSync = true;
    });
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
      takenBack();
      return () => reject(storageFault(error, database.name));
    }
  }

  return {
    run(work, { sync = true, storesNothing = false } = {}) {
      if (closed) return Promise.reject(new Error(`${database.name} is closed`));
      if (!storesNothing && !reserve.mayGrow()) return Promise.reject(diskFullFault(database.name));
      return new Promise((resolve, reject) => {
        queue.push({ work, sync, storesNothing, resolve, reject });
        if (queue.length === 1) setImmediate(flush);
      });
    },
    close() {
      closed = true;
      flush();
      // Closing the database checkpoints and syncs the log.
      logIsSynced();
    },
  };
}

/** SQLite keeps its locks on other files, so another descriptor of the log may be closed. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  await file.datasync().finally(() => file.close());
}
