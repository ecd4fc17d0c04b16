import Sqlite from "better-sqlite3";
import { keyText, type ResourceCache, type ResourceDocument, type ResourceKey, type ResourceStore } from "./port.ts";
import { createSqliteDocuments } from "./sqlite-documents.ts";
import { createSqliteFeed } from "./sqlite-feed.ts";
import { createSqliteLists } from "./sqlite-lists.ts";
import { createSqliteSpaces } from "./sqlite-spaces.ts";

/** The most documents kept; the oldest are dropped first. */
const mostDocuments = 10_000;
/** More changes than this at a time are not looked at one by one. */
const mostChanges = 1_000;

/**
 * The resource store of another process, to read from: all that was committed before a read is seen by it. SQLite says by
 * `data_version`, which is in memory that the processes share, whether anything was committed since the last read; then
 * what the change feed names is read again.
 */
export function openSqliteResourceView(path: string): {
  readonly resources: ResourceStore;
  readonly cache: ResourceCache;
} {
  const database = new Sqlite(path, { readonly: true, fileMustExist: true });
  const spaces = createSqliteSpaces(database);
  const documents = createSqliteDocuments(database, spaces);
  const feed = createSqliteFeed(database, spaces);
  const lists = createSqliteLists(database, { path, spaces, documents });
  const version = database.prepare<[], number>("pragma data_version").pluck();
  const known = new Map<string, ResourceDocument>();
  let seen = version.get();
  let sequence = feed.last();

  /** Forgets what was changed since the last read. */
  function follow(): void {
    const now = version.get();
    if (now === seen) return;
    // The version comes first: a change that is committed in between is looked at twice, and never missed.
    seen = now;
    documents.forgetAll();
    const last = feed.last();
    const changes = last - sequence > mostChanges ? undefined : feed.after(sequence, mostChanges);
    // A gap means that the feed has dropped entries; a smaller number, that the database is another one.
    if (changes === undefined || last < sequence || changes.length < last - sequence) known.clear();
    else for (const { key } of changes) known.delete(keyText(key));
    sequence = last;
  }

  function get(key: ResourceKey): ResourceDocument | undefined {
    follow();
    const id = keyText(key);
    const found = known.get(id);
    if (found) return found;
    const document = documents.get(key);
    if (!document) return undefined;
    known.set(id, document);
    if (known.size > mostDocuments) known.delete(known.keys().next().value!);
    return document;
  }

  const refuse = async (): Promise<never> => {
    throw new Error("A process of the data plane writes no resource, and follows none");
  };
  return {
    resources: {
      get: async (key) => get(key),
      async list(kind, query) {
        follow();
        return lists.list(kind, query);
      },
      ...{ write: refuse, changes: refuse, cursor: refuse, advance: refuse, forgetFollowers: refuse },
      ...{ claim: refuse, clear: refuse },
      watch: () => {
        throw new Error("A process of the data plane watches no resource");
      },
      async close() {
        await lists.close();
        database.close();
      },
    },
    cache: { get: (key) => get(key) ?? Promise.resolve(undefined), close: async () => {} },
  };
}
