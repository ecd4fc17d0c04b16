import { rmSync } from "node:fs";
import { type Database, openDatabase } from "../database.ts";
import type { DiskReserve } from "../disk-reserve.ts";
import { createGroupCommit, type GroupCommit } from "../group-commit.ts";
import { DamagedStore } from "../storage-fault.ts";
import { conditionSql, type PathFinder } from "./condition-sql.ts";
import type { SearchEntry, SearchIndex, SearchPage, SearchQuery, SearchSpace } from "./port.ts";
import { readPosition, sortSql, writePosition } from "./sort-sql.ts";

const schema = `
create table if not exists whole (kind text primary key, form text not null) strict, without rowid;
create table if not exists entry (
  row integer primary key, space text not null, name text not null, id text not null, unique (space, name)
) strict;
create table if not exists path (
  number integer primary key, space text not null, path text not null, unique (space, path)
) strict;
create table if not exists property (
  entry integer not null, path integer not null, item integer not null, position integer not null,
  text text, number real, primary key (entry, path, item, position)
) strict, without rowid;
create index if not exists property_text on property (path, text);
create index if not exists property_number on property (path, number) where number is not null;
`;

const entriesAtOnce = 200;

/** The search index of one machine, in a SQLite file that is opened when it is first needed. */
export function createSqliteSearchIndex(options: {
  readonly path: string;
  readonly reserve?: DiskReserve;
}): SearchIndex {
  let opened: ReturnType<typeof openIndex> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const close = () => {
    opened?.close();
    opened = undefined;
  };
  const index = () => {
    opened ??= openIndex(options);
    return opened;
  };
  return {
    missed: new Map(),
    isWhole: (kind, form) => index().formOf(kind) === form,
    put: (entry) => index().write(({ put }) => put(entry)),
    remove: (space, name) => index().write(({ remove }) => remove(spaceText(space), name), { storesNothing: true }),
    async rebuild(kind, form, entries) {
      const { write } = index();
      await write(({ forget }) => forget(kind));
      for await (const some of inGroups(entries, entriesAtOnce)) {
        await write(({ put }) => some.forEach(put));
      }
      await write(({ setForm }) => setForm(kind, form));
    },
    find: (space, query) => index().find(spaceText(space), query),
    paths: (space, prefix, limit) => index().pathsOf(spaceText(space), prefix, limit),
    alone(work) {
      const mine = last.then(work, work);
      last = mine.catch(() => {});
      return mine;
    },
    async clear() {
      close();
      removeFile(options.path);
    },
    close,
  };
}

/** The kind comes first, so that the spaces of a kind are a range. */
const spaceText = ({ account, region, kind }: SearchSpace): string => `${kind}\n${account}\n${region}`;

/** Takes no room, unlike a deletion of rows. */
function removeFile(path: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
}

/** A damaged file holds nothing that cannot be made again. */
function openFile(path: string): Database {
  try {
    return openDatabase(path, schema);
  } catch (error) {
    if (!(error instanceof DamagedStore)) throw error;
    removeFile(path);
    return openDatabase(path, schema);
  }
}

function openIndex({ path, reserve }: { readonly path: string; readonly reserve?: DiskReserve }) {
  const database = openFile(path);
  const commits: GroupCommit = createGroupCommit(database, { reserve });
  const pluck = <T>(sql: string) => database.prepare<(string | number)[], T>(sql).pluck();
  const form = pluck<string>("select form from whole where kind = ?");
  const setForm = database.prepare("insert or replace into whole values (?, ?)");
  const row = pluck<number>("select row from entry where space = ? and name = ?");
  const addEntry = database.prepare("insert into entry values (null, ?, ?, ?)");
  const removeEntry = database.prepare("delete from entry where row = ?");
  const removeValues = database.prepare("delete from property where entry = ?");
  const addValue = database.prepare("insert into property values (?, ?, ?, ?, ?, ?)");
  const numberOf = pluck<number>("select number from path where space = ? and path = ?");
  const addPath = database.prepare("insert into path values (null, ?, ?)");
  const numbersBelow = pluck<number>("select number from path where space = ? and path > ? and path < ?");
  const usedPaths = pluck<string>(
    `select path from path where space = ? and path >= ? and path < ?
     and exists (select 1 from property where property.path = path.number) order by path limit ?`,
  );

  const pathNumber = (space: string, path: string): number =>
    numberOf.get(space, path) ?? Number(addPath.run(space, path).lastInsertRowid);

  const changes = {
    put({ space, name, id, values }: SearchEntry): void {
      const text = spaceText(space);
      changes.remove(text, name);
      const entry = Number(addEntry.run(text, name, id).lastInsertRowid);
      for (const [position, { path, item, text: words, number }] of values.entries())
        addValue.run(entry, pathNumber(text, path), item, position, words ?? null, number ?? null);
    },
    remove(space: string, name: string): void {
      const known = row.get(space, name);
      if (known === undefined) return;
      removeValues.run(known);
      removeEntry.run(known);
    },
    setForm: (kind: string, words: string) => setForm.run(kind, words),
    forget(kind: string): void {
      const [first, end] = [`${kind}\n`, `${kind}\v`];
      database.prepare("delete from whole where kind = ?").run(kind);
      database
        .prepare("delete from property where entry in (select row from entry where space > ? and space < ?)")
        .run(first, end);
      for (const table of ["entry", "path"])
        database.prepare(`delete from ${table} where space > ? and space < ?`).run(first, end);
    },
  };

  const findPaths =
    (space: string): PathFinder =>
    (path, what) => [
      ...[numberOf.get(space, path) ?? []].flat(),
      // "/" comes after "." and before all that names are made of.
      ...(what === "alone" ? [] : numbersBelow.all(space, `${path}.`, `${path}/`)),
    ];

  return {
    formOf: (kind: string) => form.get(kind),
    write: async (
      work: (of: typeof changes) => unknown,
      options?: { readonly storesNothing: boolean },
    ): Promise<void> => {
      await commits.run(() => work(changes), options);
    },
    pathsOf: (space: string, prefix: string, limit: number) =>
      usedPaths.all(space, prefix, `${prefix}\u{10ffff}`, limit),

    find(space: string, { where, sort, after, limit }: SearchQuery): SearchPage {
      const condition = conditionSql(where, findPaths(space));
      const order = sortSql(numberOf.get(space, sort.path), sort.descending);
      const from = `from entry where space = ? and ${condition.text}`;
      const of = [space, ...condition.values];
      const total = pluck<number>(`select count(*) ${from}`).get(...of)!;
      const position = after === undefined ? undefined : readPosition(after);
      const rows = database
        .prepare<unknown[], { name: string; id: string; present: number; number: number; text: string }>(
          `with found as (select name, id, ${order.columns} ${from})
           select * from found where ${position ? order.after : "true"} order by ${order.by} limit ?`,
        )
        .all(...of, ...(position ?? []), limit + 1);
      const shown = rows.slice(0, limit);
      return {
        found: shown.map(({ name, id }) => ({ name, id })),
        total,
        ...(rows.length > limit && { next: writePosition(shown.at(-1)!) }),
      };
    },

    close(): void {
      commits.close();
      database.close();
    },
  };
}

async function* inGroups<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
