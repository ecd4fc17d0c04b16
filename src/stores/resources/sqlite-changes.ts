import type { Database } from "../database.ts";
import { Conflict, changedKey, type ResourceChange, type ResourceDocument, type ResourceEvent } from "./port.ts";
import { noActual, type SqliteDocuments } from "./sqlite-documents.ts";
import type { SqliteFeed } from "./sqlite-feed.ts";
import { createSqliteLabels } from "./sqlite-labels.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";
import { type DocumentTexts, readLabels } from "./written-form.ts";

interface Found {
  readonly row: number;
  readonly version: number;
  readonly id: string;
  readonly parent: string;
  readonly origin: string;
  readonly status: string;
  readonly created: number;
  readonly labels: string;
}

/** Applies the changes of a batch within a transaction, each with its entry in the feed. */
export function createSqliteChanges(
  database: Database,
  { spaces, documents, feed }: { spaces: SqliteSpaces; documents: SqliteDocuments; feed: SqliteFeed },
) {
  const labels = createSqliteLabels(database, spaces);
  const find = database.prepare<[number, string], Found>(
    "select row, version, id, parent, origin, status, created, labels from resource where space = ? and name = ?",
  );
  const insert = database.prepare(
    `insert into resource (space, name, id, version, schema, parent, origin, status, created, modified, labels)
     values (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)`,
  );
  // SQLite rewrites every index that has a column of the statement, changed or not: most updates touch few columns.
  const update = database.prepare(
    "update resource set version = ?, schema = ?, modified = ?, labels = ? where row = ?",
  );
  const updateStatus = database.prepare(
    "update resource set version = ?, schema = ?, modified = ?, labels = ?, status = ? where row = ?",
  );
  const updateOrigin = database.prepare(
    "update resource set id = ?, parent = ?, origin = ?, created = ? where row = ?",
  );
  const parts = (["wanted", "actual"] as const).map((part) => ({
    part,
    set: database.prepare(
      `insert into ${part} values (?, ?) on conflict do update set json = excluded.json where json <> excluded.json`,
    ),
    remove: database.prepare(`delete from ${part} where row = ?`),
  }));
  const remove = database.prepare("delete from resource where row = ?");

  type Put = Omit<ResourceDocument, "version">;

  function make(space: number, put: Put, texts: DocumentTexts): void {
    const { key, id, schema, parent = "", origin = "", status = "", created, modified } = put;
    const { lastInsertRowid } = insert.run(
      space,
      key.name,
      id,
      schema,
      parent,
      origin,
      status,
      created,
      modified,
      texts.labels,
    );
    const row = Number(lastInsertRowid);
    for (const { part, set } of parts) if (part === "wanted" || texts[part] !== noActual) set.run(row, texts[part]);
    if (put.labels) labels.replace(key, undefined, { row, id, created, labels: put.labels });
  }

  function change(found: Found, put: Put, texts: DocumentTexts): void {
    const { key, id, schema, parent = "", origin = "", status = "", created, modified } = put;
    const { row } = found;
    const values = [found.version + 1, schema, modified, texts.labels];
    if (status === found.status) update.run(...values, row);
    else updateStatus.run(...values, status, row);
    if (id !== found.id || parent !== found.parent || origin !== found.origin || created !== found.created)
      updateOrigin.run(id, parent, origin, created, row);
    for (const { part, set } of parts) set.run(row, texts[part]);
    if (texts.labels !== found.labels || id !== found.id || created !== found.created)
      labels.replace(key, { ...found, labels: readLabels(found.labels) }, { row, id, created, labels: put.labels });
  }

  return {
    /** Adds the entry of an event, after the changes of its batch. */
    tell({ type, key }: ResourceEvent, detail: string, time: number): number {
      const space = spaces.make(key);
      const { id, version, parent, status } = find.get(space, key.name) ?? {
        id: "",
        version: 0,
        parent: "",
        status: "",
      };
      return feed.add(space, key, { id, version, parent, status, deleted: 0, time }, type, detail);
    },

    /** Returns the number of the change's entry. @throws Conflict */
    apply(one: ResourceChange, texts: DocumentTexts | undefined, time: number): number | undefined {
      const key = changedKey(one);
      const space = "put" in one ? spaces.make(key) : spaces.find(key);
      const found = space === undefined ? undefined : find.get(space, key.name);
      const isExpected = one.expected === "present" ? found : (found?.version ?? "absent") === one.expected;
      if (!isExpected) throw new Conflict(key, found?.version ?? "absent");
      if ("require" in one) return undefined;
      if (found) documents.forget(found.row);
      if ("put" in one) {
        if (found) change(found, one.put, texts!);
        else make(space!, one.put, texts!);
        const { id, parent = "", status = "" } = one.put;
        const version = (found?.version ?? 0) + 1;
        return feed.add(space!, key, { id, version, parent, status, deleted: 0, time });
      }
      const { row, id, version, parent, status } = found!;
      remove.run(row);
      for (const part of parts) part.remove.run(row);
      if (found!.labels !== "{}") labels.replace(key, { ...found!, labels: readLabels(found!.labels) }, undefined);
      return feed.add(space!, key, { id, version, parent, status, deleted: 1, time });
    },
  };
}
