import type { Database } from "../database.ts";
import { keyText, type ResourceDocument, type ResourceKey } from "./port.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";
import { deepFreeze, readLabels, readText } from "./written-form.ts";

/** The services whose ARNs are those of callers, as they stand in an ARN. */
const callers = ["sts:", "iam:"];

/**
 * Origins are indexed where they are documents, such as a tuning job that makes training jobs. Most documents are made
 * by a caller, whom no list asks for, so they have no entry.
 */
export const indexedOrigin = (column: string): string =>
  `${column} <> '' and substr(${column}, 9, 4) not in ('${callers.join("', '")}')`;
export const isIndexedOrigin = (origin: string): boolean => !callers.includes(origin.slice(8, 12));

/**
 * An absent parent, origin or status is kept as "". What is asked and what is have tables of their own, so that a
 * change of one does not rewrite the other, and that rows which lists test are small. Many kinds have no actual state:
 * documents made with `{}` have no row there.
 */
export const documentSchema = `
create table if not exists resource (
  row integer primary key,
  space integer not null, name text not null, id text not null, version integer not null, schema integer not null,
  parent text not null, origin text not null, status text not null,
  created integer not null, modified integer not null, labels text not null
) strict;
create unique index if not exists resource_name on resource (space, name);
create index if not exists resource_created on resource (space, created, id, name);
create index if not exists resource_modified on resource (space, modified, created, id);
create index if not exists resource_status on resource (space, status, created, id) where status <> '';
create index if not exists resource_parent on resource (space, parent, created, id) where parent <> '';
create index if not exists resource_origin on resource (space, origin, created, id) where ${indexedOrigin("origin")};
create table if not exists wanted (row integer primary key, json text not null) strict;
create table if not exists actual (row integer primary key, json text not null) strict;
`;

interface DocumentRow {
  readonly space: number;
  readonly name: string;
  readonly id: string;
  readonly version: number;
  readonly schema: number;
  readonly parent: string;
  readonly origin: string;
  readonly status: string;
  readonly created: number;
  readonly modified: number;
  readonly labels: string;
  readonly wanted: string;
  readonly actual: string;
}

/** The `actual` that has no row. */
export const noActual = "{}";

interface Kept {
  readonly document: ResourceDocument;
  /** As text. */
  readonly key: string;
  readonly characters: number;
}

/** Memory spent on parsed documents, counted in characters of their JSON. */
const memoryCharacters = 16 << 20;

/**
 * The documents by row, parsed once and kept while there is room; the oldest are dropped first. Readers share them, so
 * they are frozen. A writer of a row tells of it with `forget`.
 */
export function createSqliteDocuments(database: Database, spaces: SqliteSpaces) {
  const select = database.prepare<[number], DocumentRow>(
    // Subqueries, because a join of the three costs SQLite five times as much.
    `select r.*, (select json from wanted where row = r.row) as wanted,
       coalesce((select json from actual where row = r.row), '${noActual}') as actual
     from resource as r where r.row = ?`,
  );
  const selectRow = database
    .prepare<[number, string], number>("select row from resource where space = ? and name = ?")
    .pluck();
  const kept = new Map<number, Kept>();
  const byKey = new Map<string, ResourceDocument>();
  let characters = 0;

  function forget(row: number): void {
    const entry = kept.get(row);
    if (!entry) return;
    characters -= entry.characters;
    kept.delete(row);
    byKey.delete(entry.key);
  }

  function rowOf(key: ResourceKey): number | undefined {
    const space = spaces.find(key);
    return space === undefined ? undefined : selectRow.get(space, key.name);
  }

  /** Returns the document of a row, if it is there. */
  function find(row: number): ResourceDocument | undefined {
    const entry = kept.get(row);
    if (entry) return entry.document;
    const stored = select.get(row);
    if (!stored) return undefined;
    const document = read(stored);
    const length = stored.wanted.length + stored.actual.length;
    characters += length;
    const key = keyText(document.key);
    kept.set(row, { document, key, characters: length });
    byKey.set(key, document);
    for (const oldest of kept.keys()) {
      if (characters <= memoryCharacters) break;
      forget(oldest);
    }
    return document;
  }

  function read(row: DocumentRow): ResourceDocument {
    const { id, version, schema, created, modified } = row;
    const { kind, account, region } = spaces.ownerOf(row.space);
    return deepFreeze({
      key: { account, region, kind, name: row.name },
      id,
      version,
      schema,
      parent: row.parent || undefined,
      origin: row.origin || undefined,
      status: row.status || undefined,
      created,
      modified,
      labels: readLabels(row.labels),
      wanted: readText(row.wanted),
      actual: readText(row.actual),
    });
  }

  return {
    rowOf,
    find,
    /** The document of a key, if it is there. */
    get(key: ResourceKey): ResourceDocument | undefined {
      const document = byKey.get(keyText(key));
      if (document) return document;
      const row = rowOf(key);
      return row === undefined ? undefined : find(row);
    },
    forget,
    forgetAll(): void {
      kept.clear();
      byKey.clear();
      characters = 0;
    },
  };
}

export type SqliteDocuments = ReturnType<typeof createSqliteDocuments>;
