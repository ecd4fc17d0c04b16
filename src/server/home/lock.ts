import { accessSync, constants, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { shellWord } from "../../base/shell-word.ts";
import { replaceFile } from "./replace-file.ts";
import { StartFailure } from "./start-failure.ts";

/**
 * HOME/server.json: the server that holds the home. A killed server leaves it behind, so it is true only while the lock
 * is held.
 */
export interface ServerRecord {
  readonly pid: number;
  /** When the process started, in milliseconds since 1970; by now its id may belong to another process. */
  readonly started: number;
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly version: string;
}

export interface HomeLock {
  /** Tells other programs where the server listens. */
  publish(record: ServerRecord): void;
  /** Whether the home's lock is still the file that this process has locked: false when the home was removed. */
  isThere(): boolean;
  release(): void;
}

/** How long a server waits for the lock, because `isHeld` takes it for a moment. */
const lookMilliseconds = 250;

const recordPath = (home: string): string => join(home, "server.json");

/**
 * Locks the home for this process by an exclusive SQLite transaction. The kernel releases it when the process dies, so
 * no lock is ever left behind.
 * @throws StartFailure that names the server that holds the home
 */
export function lockHome(home: string): HomeLock {
  const database = new Database(join(home, "lock.sqlite"), { timeout: lookMilliseconds });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
    throw new StartFailure(heldBy(home), { exitCode: 3 });
  }
  const lockFile = join(home, "lock.sqlite");
  const locked = statSync(lockFile);
  const isThere = () => {
    try {
      const found = statSync(lockFile, { throwIfNoEntry: false });
      return found?.ino === locked.ino && found.dev === locked.dev;
    } catch {
      // A disk that does not answer now says nothing of the home.
      return true;
    }
  };
  return {
    isThere,
    publish: (record) => replaceFile(recordPath(home), `${JSON.stringify(record, undefined, 2)}\n`),
    release() {
      // Another server may have made a home in its place.
      if (isThere()) rmSync(recordPath(home), { force: true });
      database.close();
    },
  };
}

function heldBy(home: string): string {
  const record = readServerRecord(home);
  const who = record
    ? `a Sagebrush server (process ${record.pid}, ${record.url})`
    : "a Sagebrush server that is just starting";
  return `${home} is held by ${who}. Stop it with \`bin/sagebrush stop --home ${shellWord(home)}\`, or start with another --home.`;
}

/** Returns what the last server published; undefined when it stopped or is still starting. */
export function readServerRecord(home: string): ServerRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordPath(home), "utf8")) as ServerRecord;
  } catch {
    return undefined;
  }
}

/**
 * Whether a server holds the home now.
 * @throws StartFailure when this user may not open the lock
 */
export function isHeld(home: string): boolean {
  let database: Database.Database;
  try {
    database = new Database(join(home, "lock.sqlite"), { timeout: 0, fileMustExist: true });
  } catch {
    refuseUnreadable(home);
    return false;
  }
  try {
    database.exec("BEGIN EXCLUSIVE");
    database.exec("ROLLBACK");
    return false;
  } catch {
    return true;
  } finally {
    database.close();
  }
}

function refuseUnreadable(home: string): void {
  try {
    accessSync(join(home, "lock.sqlite"), constants.R_OK | constants.W_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") return;
    throw new StartFailure(`${home} cannot be read by this user: only its owner can ask whether a server holds it.`);
  }
}
