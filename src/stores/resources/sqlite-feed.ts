import type { Database } from "../database.ts";
import type { FeedEntry, ResourceKey } from "./port.ts";
import { feedDays } from "./port.ts";

/** An absent parent or status is kept as "". */
export const feedSchema = `
create table if not exists feed (
  sequence integer primary key,
  kind text not null, account text not null, region text not null, name text not null,
  id text not null, version integer not null, parent text not null, status text not null,
  deleted integer not null, time integer not null
) strict;
`;

interface FeedRow extends Omit<FeedEntry, "key" | "deleted">, ResourceKey {
  readonly deleted: 0 | 1;
}

/** The change feed, as a table of the same database: an entry is written in the transaction of its change. */
export function createSqliteFeed(database: Database) {
  const next = "(select coalesce(max(sequence), 0) + 1 from feed)";
  const insert = database.prepare(`insert into feed values (${next}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const deleteAll = database.prepare(
    `insert into feed select ${next} - 1 + row_number() over (order by row), kind, account, region, name, id, version,
       parent, status, 1, ? from resource`,
  );
  const entries = database.prepare<[number, number], FeedRow>(
    "select * from feed where sequence > ? order by sequence limit ?",
  );
  const bounds = database.prepare<[], { first: number | null; last: number | null }>(
    "select (select min(sequence) from feed) as first, (select max(sequence) from feed) as last",
  );
  const firstSince = database
    .prepare<[number], number>("select sequence from feed where time >= ? order by sequence limit 1")
    .pluck();
  const forget = database.prepare<[number]>("delete from feed where sequence < ?");
  let prunedAt = Number.NEGATIVE_INFINITY;

  const last = () => bounds.get()?.last ?? 0;

  return {
    /** The number of the newest entry, 0 before the first. */
    last,
    add(key: ResourceKey, entry: Omit<FeedRow, keyof ResourceKey | "sequence">): void {
      const { id, version, parent = "", status = "", deleted, time } = entry;
      insert.run(key.kind, key.account, key.region, key.name, id, version, parent, status, deleted, time);
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
    /** Once an hour, drops what is older than the feed keeps. The newest entry stays: it holds the number. */
    prune(time: number): void {
      if (time < prunedAt + 3_600_000) return;
      prunedAt = time;
      forget.run(firstSince.get(time - feedDays * 86_400_000) ?? last());
    },
  };
}

function entryOf({ kind, account, region, name, deleted, parent, status, ...rest }: FeedRow): FeedEntry {
  const key = { account, region, kind, name };
  return { ...rest, key, parent: parent || undefined, status: status || undefined, deleted: deleted === 1 };
}
