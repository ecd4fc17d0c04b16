import type { Database } from "../database.ts";
import { type FeedEntry, feedDays } from "./port.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";
import { readText } from "./written-form.ts";

/** An absent parent or status is kept as ""; `event` is the type of an event, "" of a change. */
export const feedSchema = `
create table if not exists feed (
  sequence integer primary key,
  space integer not null, name text not null, id text not null, version integer not null,
  parent text not null, status text not null, deleted integer not null, time integer not null,
  event text not null, detail text not null
) strict;
create table if not exists follower (name text primary key, sequence integer not null) strict, without rowid;
`;

/** What a change writes of its entry. */
interface Change {
  readonly name: string;
  readonly id: string;
  readonly version: number;
  readonly parent: string;
  readonly status: string;
  readonly deleted: 0 | 1;
  readonly time: number;
}

interface FeedRow extends Change {
  readonly sequence: number;
  readonly space: number;
  readonly event: string;
  readonly detail: string;
}

/** The change feed, as a table of the same database: an entry is written in the transaction of its change. */
export function createSqliteFeed(database: Database, spaces: SqliteSpaces) {
  // The newest entry is never removed, so the number that SQLite gives is the next one.
  const insert = database.prepare("insert into feed values (null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const deleteAll = database.prepare(
    `insert into feed select null, space, name, id, version, parent, status, 1, ?, '', '' from resource order by row`,
  );
  const entries = database.prepare<[number, number], FeedRow>(
    "select * from feed where sequence > ? order by sequence limit ?",
  );
  const bounds = database.prepare<[], { first: number | null; last: number | null }>(
    "select (select min(sequence) from feed) as first, (select max(sequence) from feed) as last",
  );
  const newest = database.prepare<[], number>("select max(sequence) from feed").pluck();
  const firstKept = database
    .prepare<[number, number], number>(
      "select sequence from feed where time >= ? or sequence > ? order by sequence limit 1",
    )
    .pluck();
  const slowest = database.prepare<[], number | null>("select min(sequence) from follower").pluck();
  const forget = database.prepare<[number]>("delete from feed where sequence < ?");
  const cursor = database.prepare<[string], number>("select sequence from follower where name = ?").pluck();
  const setCursor = database.prepare("insert or replace into follower values (?, ?)");
  const followers = database.prepare<[], string>("select name from follower").pluck();
  const forgetFollower = database.prepare("delete from follower where name = ?");
  let prunedAt = Number.NEGATIVE_INFINITY;

  const last = () => newest.get() ?? 0;

  return {
    /** The number of the newest entry, 0 before the first. */
    last,
    /** Gives the entry's number. */
    add(space: number, change: Change, event = "", detail = ""): number {
      const { name, id, version, parent, status, deleted, time } = change;
      const { lastInsertRowid } = insert.run(space, name, id, version, parent, status, deleted, time, event, detail);
      return Number(lastInsertRowid);
    },
    /** An entry for the deletion of every document there is. */
    addDeletionOfAll(time: number): void {
      deleteAll.run(time);
    },
    /** @throws RangeError when the feed cannot go on there. */
    check(after: number): void {
      const { first, last } = bounds.get()!;
      if (after < (first ?? 1) - 1 || after > (last ?? 0))
        throw new RangeError(`The change feed cannot go on after ${after}: it has the entries ${first} to ${last}`);
    },
    after: (sequence: number, limit: number): FeedEntry[] => entries.all(sequence, limit).map(entryOf),
    /**
     * Once an hour, drops what is older than the feed keeps and what every follower has passed. The newest entry stays.
     */
    prune(time: number): void {
      if (time < prunedAt + 3_600_000) return;
      prunedAt = time;
      const passed = slowest.get() ?? Number.MAX_SAFE_INTEGER;
      forget.run(firstKept.get(time - feedDays * 86_400_000, passed) ?? last());
    },

    /** Where a follower is; a new one is put at the end. */
    cursor(follower: string): number {
      const found = cursor.get(follower);
      if (found !== undefined) return found;
      setCursor.run(follower, last());
      return last();
    },
    /** @throws RangeError when the feed has not reached that sequence. */
    advance(follower: string, sequence: number): void {
      const end = last();
      if (sequence > end) throw new RangeError(`The change feed has not reached ${sequence}: it ends at ${end}`);
      setCursor.run(follower, Math.max(sequence, cursor.get(follower) ?? 0));
    },
    forgetFollowers(known: readonly string[]): void {
      for (const follower of followers.all()) if (!known.includes(follower)) forgetFollower.run(follower);
    },
  };

  function entryOf(row: FeedRow): FeedEntry {
    const { sequence, id, version, parent, status, deleted, time, event, detail } = row;
    const { kind, account, region } = spaces.ownerOf(row.space);
    return {
      sequence,
      key: { account, region, kind, name: row.name },
      id,
      version,
      parent: parent || undefined,
      status: status || undefined,
      deleted: deleted === 1,
      time,
      event: event === "" ? undefined : { type: event, detail: readText(detail) },
    };
  }
}

export type SqliteFeed = ReturnType<typeof createSqliteFeed>;
