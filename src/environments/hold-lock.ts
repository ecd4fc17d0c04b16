import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Whether one process holds a lock alone, or several share it. */
const transactions = {
  alone: "BEGIN EXCLUSIVE",
  shared: "BEGIN; SELECT count(*) FROM sqlite_schema",
} as const;

/**
 * Takes a lock and returns the function that releases it; undefined when another process holds it. The lock is a
 * transaction of SQLite, which the kernel ends with its process, however that dies.
 */
export async function tryLock(file: string, how: keyof typeof transactions): Promise<(() => void) | undefined> {
  // Node's own: each job takes a lock before its first line, and loading the server's SQLite would take 7 ms of it.
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec(transactions[how]);
    return () => database.close();
  } catch (error) {
    database.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== busy) throw error;
    return undefined;
  }
}

/** What SQLite answers when another process holds the lock; more of the number says why. */
const busy = 5;

const lookMilliseconds = 100;

/**
 * Waits for a lock and holds it alone while `act` runs.
 * @param waits called once when another holds it
 */
export async function holdLock<T>(
  file: string,
  act: () => Promise<T>,
  { waits, signal }: { readonly waits: () => void; readonly signal?: AbortSignal },
): Promise<T> {
  for (let tries = 0; ; tries++) {
    signal?.throwIfAborted();
    const release = await tryLock(file, "alone");
    if (release !== undefined)
      try {
        return await act();
      } finally {
        release();
      }
    if (tries === 0) waits();
    await delay(lookMilliseconds, undefined, { signal });
  }
}
