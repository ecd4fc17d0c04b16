import { accessSync, constants, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { shellWord } from "../../base/shell-word.ts";
import { StartFailure } from "./start-failure.ts";

/** HOME/server.json: who holds the home. Left behind by a server that was killed, so it says nothing without the lock. */
export interface ServerRecord {
  readonly pid: number;
  /** Milliseconds since 1970 when the process started: a process id alone may be another's by now. */
  readonly started: number;
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly version: string;
}

export interface HomeLock {
  /** Says where the server listens, for everybody else who looks at the home. */
  publish(record: ServerRecord): void;
  release(): void;
}

/** Who only looks whether the home is held (isHeld) takes the lock for a moment; that must not keep a server from it. */
const lookMilliseconds = 250;

const recordPath = (home: string): string => join(home, "server.json");

/**
 * Holds the home for this process by an exclusive SQLite transaction: the kernel lets it go when the process dies, so no
 * lock can be left behind.
 * @throws StartFailure when another server holds it, naming that one
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
  return {
    publish: (record) => writeFileSync(recordPath(home), `${JSON.stringify(record, undefined, 2)}\n`),
    release() {
      rmSync(recordPath(home), { force: true });
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

/** The server that holds the home, as it published itself; undefined when the home is free or it is still starting. */
export function readServerRecord(home: string): ServerRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordPath(home), "utf8")) as ServerRecord;
  } catch {
    return undefined;
  }
}

/**
 * Whether a server holds the home now.
 * @throws StartFailure when this user may not even look
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
    throw new StartFailure(`${home} cannot be read by this user: whether a server holds it is for its owner to ask.`);
  }
}
