// The program of the thread that sqlite-reader.ts begins: a connection of its own to the same database, that only
// reads.
import { parentPort, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import { createSqliteListing, type Listed } from "./sqlite-listing.ts";
import type { ReaderAnswer, ReaderRequest, ReaderSetup } from "./sqlite-reader.ts";
import { createSqliteRowSets } from "./sqlite-row-sets.ts";
import { createSqliteSpaces } from "./sqlite-spaces.ts";

const { path, eagerSets } = workerData as ReaderSetup;
const database = new Sqlite(path, { readonly: true, fileMustExist: true });
// The pages of the file are read where the system keeps them, instead of copied into a cache of the thread's own.
database.pragma("mmap_size = 1073741824");
const spaces = createSqliteSpaces(database);
const rowSets = createSqliteRowSets(database, spaces, { eager: eagerSets });
const listing = createSqliteListing(database, spaces, rowSets);
// A page is read from one state of the database.
const page = database.transaction((listed: Listed) => {
  rowSets.follow();
  return listing.page(listed);
});
const port = parentPort!;

port.on("message", (request: ReaderRequest | "close") => {
  if (request === "close") {
    database.close();
    port.close();
    return;
  }
  port.postMessage(answer(request));
});

function answer({ ticket, listed }: ReaderRequest): ReaderAnswer {
  try {
    return { ticket, rows: page(listed) };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { ticket, error: { message, code } };
  }
}
