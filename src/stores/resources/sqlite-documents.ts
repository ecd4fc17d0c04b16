import type { Database } from "../database.ts";
import type { ResourceDocument, ResourceKey } from "./port.ts";

/** An absent parent or status is kept as "". `document` is JSON: `{"wanted": ..., "actual": ...}`. */
export const documentSchema = `
create table if not exists resource (
  row integer primary key,
  kind text not null, account text not null, region text not null, name text not null,
  id text not null, version integer not null, schema integer not null,
  parent text not null, status text not null, created integer not null, modified integer not null,
  document text not null
) strict;
create unique index if not exists resource_name on resource (kind, account, region, name);
create index if not exists resource_created on resource (kind, account, region, created, id);
create index if not exists resource_status on resource (kind, account, region, status, created, id);
create index if not exists resource_parent on resource (kind, account, region, parent, created, id) where parent <> '';
`;

interface DocumentRow extends Omit<ResourceDocument, "key" | "wanted" | "actual">, ResourceKey {
  readonly document: string;
}

/** Memory spent on parsed documents, counted in characters of their JSON. */
const memoryCharacters = 16 << 20;

/**
 * The documents by row, parsed once and kept while there is room, the longest kept going first. They are shared by all
 * who read them, and so are frozen. Whoever changes a row says so with `forget`.
 */
export function createSqliteDocuments(database: Database) {
  const select = database.prepare<[number], DocumentRow>("select * from resource where row = ?");
  const kept = new Map<number, { document: ResourceDocument; characters: number }>();
  let characters = 0;

  function forget(row: number): void {
    const entry = kept.get(row);
    if (!entry) return;
    characters -= entry.characters;
    kept.delete(row);
  }

  return {
    /** The document of a row that is there. */
    get(row: number): ResourceDocument {
      const entry = kept.get(row);
      if (entry) return entry.document;
      const stored = select.get(row)!;
      const document = parse(stored);
      characters += stored.document.length;
      kept.set(row, { document, characters: stored.document.length });
      for (const oldest of kept.keys()) {
        if (characters <= memoryCharacters) break;
        forget(oldest);
      }
      return document;
    },
    forget,
    forgetAll(): void {
      kept.clear();
      characters = 0;
    },
  };
}

function parse(row: DocumentRow): ResourceDocument {
  const { account, region, kind, name, id, version, schema, created, modified } = row;
  const { wanted, actual } = JSON.parse(row.document);
  return deepFreeze({
    key: { account, region, kind, name },
    id,
    version,
    schema,
    parent: row.parent || undefined,
    status: row.status || undefined,
    created,
    modified,
    wanted,
    actual,
  });
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
