import { type Database, openDatabase } from "../database.ts";
import { storageFault } from "../storage-fault.ts";
import type { ResourceDocument, ResourceKey } from "./port.ts";
import { resourceSchema } from "./sqlite.ts";
import { createSqliteChanges } from "./sqlite-changes.ts";
import { createSqliteDocuments } from "./sqlite-documents.ts";
import { createSqliteFeed } from "./sqlite-feed.ts";
import { createSqliteSpaces } from "./sqlite-spaces.ts";
import { documentTexts } from "./written-form.ts";

export interface ResourceFileUpgrade {
  /** Today's key for a key of the first format. Two keys that come out the same are refused, and nothing is changed. */
  kindOf(old: ResourceKey): ResourceKey;
  /**
   * Further changes of a document, such as its labels: the first format had none. The document has its new key; `old`
   * is the former key.
   */
  documentOf?(document: UpgradedDocument, old: ResourceKey): UpgradedDocument;
}

export type UpgradedDocument = Omit<ResourceDocument, "version">;

/** A row of the first format: `document` is `{"wanted": ..., "actual": ...}`, a parent is "kind/name". */
interface OldDocument extends ResourceKey {
  readonly row: number;
  readonly id: string;
  readonly version: number;
  readonly schema: number;
  readonly parent: string;
  readonly status: string;
  readonly created: number;
  readonly modified: number;
  readonly document: string;
}

interface OldEntry extends ResourceKey {
  readonly sequence: number;
  readonly id: string;
  readonly version: number;
  readonly parent: string;
  readonly status: string;
  readonly deleted: 0 | 1;
  readonly time: number;
}

interface OldClaim extends ResourceKey {
  readonly owner: string;
  readonly fence: number;
  readonly until: number;
}

const rowsAtOnce = 500;

/**
 * Brings a file of the first format to today's, in one transaction. Ids, versions, times, the numbers of the feed and
 * the fences of claims stay. A file of today's format is left as it is. No other process has the file open.
 *
 * @throws DamagedStore when it is no sound database, a Fault when the disk is full or refuses.
 */
export function upgradeResourceFile(path: string, { kindOf, documentOf }: ResourceFileUpgrade): void {
  const database = openDatabase(path, "");
  try {
    if (isOfToday(database)) return;
    database.transaction(() => {
      setAside(database);
      database.exec(resourceSchema);
      copyDocuments(database, kindOf, documentOf);
      copyFeed(database, kindOf);
      copyClaims(database, kindOf);
      for (const table of ["resource", "feed", "claim"]) database.exec(`drop table old_${table}`);
    })();
  } catch (error) {
    throw storageFault(error, path);
  } finally {
    database.close();
  }
}

const isOfToday = (database: Database) =>
  database.prepare("select 1 from pragma_table_info('resource') where name = 'document'").get() === undefined;

/** The indexes are dropped, because today's have the same names. */
function setAside(database: Database): void {
  for (const index of ["name", "created", "status", "parent"]) database.exec(`drop index if exists resource_${index}`);
  for (const table of ["resource", "feed", "claim"]) database.exec(`alter table ${table} rename to old_${table}`);
}

type KindOf = ResourceFileUpgrade["kindOf"];

function copyDocuments(database: Database, kindOf: KindOf, documentOf: ResourceFileUpgrade["documentOf"]): void {
  const spaces = createSqliteSpaces(database);
  const documents = createSqliteDocuments(database, spaces);
  const feed = createSqliteFeed(database, spaces);
  const changes = createSqliteChanges(database, { spaces, documents, feed });
  const setVersion = database.prepare("update resource set version = ? where row = ?");
  for (const old of rows<OldDocument>(database, "old_resource", "row")) {
    const { id, schema, status, created, modified } = old;
    const key = kindOf(keyOf(old));
    const { wanted, actual } = JSON.parse(old.document);
    const parent = parentOf(old, kindOf) || undefined;
    const renamed = { key, id, schema, parent, status: status || undefined, created, modified, wanted, actual };
    const put = documentOf?.(renamed, keyOf(old)) ?? renamed;
    changes.apply({ put, expected: "absent" }, documentTexts(put), 0);
    setVersion.run(old.version, documents.rowOf(key)!);
  }
  // The copying adds entries, but nothing has changed.
  database.exec("delete from feed");
}

function copyFeed(database: Database, kindOf: KindOf): void {
  const spaces = createSqliteSpaces(database);
  const insert = database.prepare("insert into feed values (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')");
  for (const old of rows<OldEntry>(database, "old_feed", "sequence")) {
    const { sequence, id, version, status, deleted, time } = old;
    const key = kindOf(keyOf(old));
    const parent = parentOf(old, kindOf);
    insert.run(sequence, spaces.make(key), key.name, id, version, parent, status, deleted, time);
  }
}

function copyClaims(database: Database, kindOf: KindOf): void {
  const spaces = createSqliteSpaces(database);
  const insert = database.prepare("insert into claim values (?, ?, ?, ?, ?)");
  for (const old of database.prepare<[], OldClaim>("select * from old_claim").all()) {
    const key = kindOf(keyOf(old));
    insert.run(spaces.make(key), key.name, old.owner, old.fence, old.until);
  }
}

const keyOf = ({ account, region, kind, name }: ResourceKey): ResourceKey => ({ account, region, kind, name });

/**
 * The first format names a parent in the account and region of its child. Today a parent is one text: kind and name of
 * its key.
 */
function parentOf({ account, region, parent }: OldDocument | OldEntry, kindOf: KindOf): string {
  const split = parent.indexOf("/");
  if (split < 0) return parent;
  const { kind, name } = kindOf({ account, region, kind: parent.slice(0, split), name: parent.slice(split + 1) });
  return `${kind} ${name}`;
}

/**
 * Yields all rows of a table in the order of its number. Reads some at a time, because others are written meanwhile.
 */
function* rows<Row>(database: Database, table: string, number: string): Generator<Row> {
  const some = database.prepare<[number, number], Row>(
    `select * from ${table} where ${number} > ? order by ${number} limit ?`,
  );
  for (let after = 0; ; ) {
    const found = some.all(after, rowsAtOnce);
    yield* found;
    if (found.length < rowsAtOnce) return;
    after = (found.at(-1) as Record<string, number>)[number]!;
  }
}
