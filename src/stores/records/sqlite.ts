import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { type Database, openDatabase } from "../database.ts";
import type { DiskReserve } from "../disk-reserve.ts";
import { createGroupCommit } from "../group-commit.ts";
import { isExpected, type KeyVisitor, type RecordChange, RecordConflict, type RecordStore } from "./port.ts";
import { isBefore, visitPiece } from "./visit-piece.ts";

/** Keys are read from the index alone, however long the values are. */
const schema = `
create table if not exists space (number integer primary key, name text not null unique) strict;
create table if not exists record (
  row integer primary key, space integer not null, key text not null, value text not null
) strict;
create unique index if not exists record_key on record (space, key);
`;

/** How many keys are read after a jump, and at most; each piece is four times as long as the one before. */
const firstPiece = 2;
const longestPiece = 2048;
/** Other requests are answered after so many keys of a scan. */
const keysAtOnce = 10_000;
/** Holds the index of some hundred thousand records, so that a scan reads no file. */
const cacheKibibytes = 32 * 1024;
const droppedAtOnce = 5_000;

/**
 * The record store of one machine: a SQLite file, made when it is first needed.
 * @throws DamagedStore when the file is there and is no sound database
 */
export function createSqliteRecordStore(options: {
  readonly path: string;
  readonly reserve?: DiskReserve;
}): RecordStore {
  const open = () => openRecords(openDatabase(options.path, schema), options.reserve);
  let opened = existsSync(options.path) ? open() : undefined;
  const records = () => {
    opened ??= open();
    return opened;
  };
  return {
    get: async (space, keys) => records().get(space, keys),
    getBytes: async (space, keys) =>
      records()
        .get(space, keys)
        .map((value) => (value === undefined ? undefined : Buffer.from(value))),
    scan: async (space, { from = "", before }, visit) => records().scan(space, from, before, visit),
    write: (changes) => records().write(changes),
    drop: (space) => records().drop(space),
    spaces: async (prefix, after, limit) => records().spaces(prefix, after, limit),
    clear: async () => opened?.clear(),
    async close() {
      opened?.close();
      opened = undefined;
    },
  };
}

function openRecords(database: Database, reserve: DiskReserve | undefined) {
  database.pragma(`cache_size = -${cacheKibibytes}`);
  /** The numbers of spaces, as far as they have been asked for. */
  const numbers = new Map<string, number>();
  const commits = createGroupCommit(database, { reserve, takenBack: () => numbers.clear() });
  const pluck = <T>(sql: string) => database.prepare<(string | number)[], T>(sql).pluck();
  const findSpace = pluck<number>("select number from space where name = ?");
  const addSpace = database.prepare("insert into space values (null, ?)");
  const removeSpace = database.prepare("delete from space where number = ?");
  const namesFrom = pluck<string>(
    `select name from space where name > ? and name >= ? and name < ?
     and exists (select 1 from record where record.space = space.number) order by name limit ?`,
  );
  const find = pluck<string>("select value from record where space = ? and key = ?");
  const keysFrom = pluck<string>("select key from record where space = ? and key >= ? order by key limit ?");
  const keysBetween = pluck<string>(
    "select key from record where space = ? and key >= ? and key < ? order by key limit ?",
  );
  const put = database.prepare(
    "insert into record values (null, ?, ?, ?) on conflict (space, key) do update set value = excluded.value",
  );
  const remove = database.prepare("delete from record where space = ? and key = ?");
  const removeSome = database.prepare(
    "delete from record where row in (select row from record where space = ? limit ?)",
  );

  function numberOf(space: string): number | undefined {
    const known = numbers.get(space);
    if (known !== undefined) return known;
    const found = findSpace.get(space);
    if (found !== undefined) remember(space, found);
    return found;
  }
  function remember(space: string, number: number): number {
    if (numbers.size >= 10_000) numbers.clear();
    numbers.set(space, number);
    return number;
  }

  function apply({ space, key, value, expected }: RecordChange): void {
    const number = numberOf(space);
    if (expected !== undefined) {
      const found = number === undefined ? undefined : find.get(number, key);
      if (!isExpected(found, expected)) throw new RecordConflict(key, found === undefined ? "absent" : "present");
    }
    if (value !== undefined)
      put.run(number ?? remember(space, Number(addSpace.run(space).lastInsertRowid)), key, value);
    else if (number !== undefined) remove.run(number, key);
  }

  return {
    get(space: string, keys: readonly string[]) {
      const number = numberOf(space);
      return keys.map((key) => (number === undefined ? undefined : find.get(number, key)));
    },

    async scan(space: string, start: string, before: string | undefined, visit: KeyVisitor) {
      const number = numberOf(space);
      if (number === undefined) return;
      let from = start;
      let piece = firstPiece;
      let sinceTurn = 0;
      for (;;) {
        const keys =
          before === undefined ? keysFrom.all(number, from, piece) : keysBetween.all(number, from, before, piece);
        const jumped = visitPiece(keys, visit);
        if (jumped === "end" || (jumped === undefined && keys.length < piece)) return;
        const following = `${keys.at(-1)!}\0`;
        from = jumped && isBefore(following, jumped.from) ? jumped.from : following;
        piece = jumped === undefined ? Math.min(piece * 4, longestPiece) : firstPiece;
        sinceTurn += keys.length;
        if (sinceTurn < keysAtOnce) continue;
        sinceTurn = 0;
        await setImmediate();
      }
    },

    write: (changes: readonly RecordChange[]) =>
      commits.run(() => changes.forEach(apply), {
        storesNothing: changes.every(({ value }) => value === undefined),
      }),

    async drop(space: string) {
      const number = numberOf(space);
      if (number === undefined) return;
      const dropSome = () => {
        const { changes } = removeSome.run(number, droppedAtOnce);
        if (changes === droppedAtOnce) return true;
        removeSpace.run(number);
        numbers.delete(space);
        return false;
      };
      while (await commits.run(dropSome, { storesNothing: true }));
    },

    spaces: (prefix: string, after: string | undefined, limit: number) =>
      namesFrom.all(after ?? "", prefix, `${prefix}\u{10ffff}`, limit),

    clear: () =>
      commits.run(
        () => {
          database.exec("delete from record; delete from space");
          numbers.clear();
        },
        { storesNothing: true },
      ),

    close() {
      commits.close();
      database.close();
    },
  };
}
