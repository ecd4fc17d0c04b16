import type { Database } from "../database.ts";
import { type FeedEntry, feedDays, type ResourceKey } from "./port.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";
import { deepFreeze, readText } from "./written-form.ts";

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
  readonly id: string;
  readonly version: number;
  readonly parent: string;
  readonly status: string;
  readonly deleted: 0 | 1;
  readonly time: number;
}

interface FeedRow extends Change {
  readonly name: string;
  readonly sequence: number;
  readonly space: number;
  readonly event: string;
  readonly detail: string;
}

/** Entries kept in memory: followers read each soon after it is written. */
const mostRecent = 1_000;

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
  /** The newest entries, without a gap; those of the transaction under way are among them. */
  let recent: FeedEntry[] = [];

  const last = () => recent.at(-1)?.sequence ?? newest.get() ?? 0;
  /** Whether what follows an entry is in memory. */
  const isRecent = (sequence: number) =>
    recent.length > 0 && sequence >= recent[0]!.sequence - 1 && sequence <= recent.at(-1)!.sequence;

  return {
    /** The number of the newest entry, 0 before the first. */
    last,
    /** Returns the entry's number. */
    add(space: number, key: ResourceKey, change: Change, event = "", detail = ""): number {
      const { id, version, parent, status, deleted, time } = change;
      const values = [space, key.name, id, version, parent, status, deleted, time, event, detail];
      const sequence = Number(insert.run(...values).lastInsertRowid);
      recent.push(entryOf(key, sequence, change, event, detail));
      if (recent.length >= 2 * mostRecent) recent = recent.slice(-mostRecent);
      return sequence;
    },
    /** An entry for the deletion of every document there is. */
    addDeletionOfAll(time: number): void {
      recent = [];
      deleteAll.run(time);
    },
    /** Forgets what is kept in memory, when entries may have been taken back. */
    takenBack(): void {
      recent = [];
    },
    /** @throws RangeError when the feed cannot go on there. */
    check(after: number): void {
      if (isRecent(after)) return;
      const { first, last } = bounds.get()!;
      if (after < (first ?? 1) - 1 || after > (last ?? 0))
        throw new RangeError(`The change feed cannot go on after ${after}: it has the entries ${first} to ${last}`);
    },
    after(sequence: number, limit: number): readonly FeedEntry[] {
      if (!isRecent(sequence)) return entries.all(sequence, limit).map(readEntry);
      const start = sequence + 1 - recent[0]!.sequence;
      return recent.slice(start, start + limit);
    },
    /**
     * Once an hour, drops what is older than the feed keeps and what every follower has passed. The newest entry stays.
     */
    prune(time: number): void {
      if (time < prunedAt + 3_600_000) return;
      prunedAt = time;
      const passed = slowest.get() ?? Number.MAX_SAFE_INTEGER;
      forget.run(firstKept.get(time - feedDays * 86_400_000, passed) ?? last());
      recent = [];
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

  function readEntry(row: FeedRow): FeedEntry {
    const { kind, account, region } = spaces.ownerOf(row.space);
    return entryOf({ account, region, kind, name: row.name }, row.sequence, row, row.event, row.detail);
  }
}

function entryOf(key: ResourceKey, sequence: number, change: Change, event: string, detail: string): FeedEntry {
  const { id, version, parent, status, deleted, time } = change;
  return {
    sequence,
    key,
    id,
    version,
    parent: parent || undefined,
    status: status || undefined,
    deleted: deleted === 1,
    time,
    event: event === "" ? undefined : { type: event, detail: deepFreeze(readText(detail)) },
  };
}

export type SqliteFeed = ReturnType<typeof createSqliteFeed>;
