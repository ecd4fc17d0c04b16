import { statSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { DamagedStore, storageFault } from "./storage-fault.ts";

export type Database = Sqlite.Database;

/** Databases up to this size are checked at every open, larger ones only when they were not closed. */
const alwaysCheckedBytes = 16 << 20;

/**
 * Opens a SQLite database of the home, and makes it where it is missing. A commit is durable: the write-ahead log is
 * synced at every commit (SQLite forgets that setting between opens). `schema` runs at each open and so says "if not
 * exists". The caller holds the home's lock, so no other process writes to the file.
 *
 * @throws DamagedStore when it is no sound database, a Fault when the disk is full or refuses.
 */
export function openDatabase(path: string, schema: string): Database {
  let database: Database | undefined;
  try {
    const unclean = sizeOf(`${path}-wal`) > 0;
    const mustCheck = unclean || sizeOf(path) <= alwaysCheckedBytes;
    database = new Sqlite(path);
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    if (mustCheck) check(database, path);
    database.exec(schema);
    return database;
  } catch (error) {
    database?.close();
    if (/^SQLITE_(CORRUPT|NOTADB)/.test((error as { code?: string }).code ?? ""))
      throw new DamagedStore(path, (error as Error).message, error);
    throw storageFault(error, path);
  }
}

function check(database: Database, path: string): void {
  const finding = findingIn(database);
  if (finding !== undefined) throw new DamagedStore(path, finding);
}

/**
 * Returns what is wrong in a database; undefined when it is sound. The database is only read, so a server may hold it.
 * Where none does, SQLite leaves an empty log and its index beside it, which the next server removes.
 */
export function damageOf(path: string): string | undefined {
  let database: Database | undefined;
  try {
    database = new Sqlite(path, { readonly: true, fileMustExist: true });
    return findingIn(database);
  } catch (error) {
    return (error as Error).message;
  } finally {
    database?.close();
  }
}

function findingIn(database: Database): string | undefined {
  const finding = database.pragma("quick_check(1)", { simple: true });
  return finding === "ok" ? undefined : String(finding).replaceAll("\n", " ");
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
