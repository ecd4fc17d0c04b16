import type { Clock } from "../../base/clock.ts";
import { openDatabase } from "../database.ts";
import { createGroupCommit } from "../group-commit.ts";
import { createFeedWaiters } from "./feed-waiters.ts";
import { checkLimit, pageToken, sortOf } from "./page-token.ts";
import { ClaimLost, Conflict, type ResourceChange, type ResourceKey, type ResourceStore } from "./port.ts";
import { createSqliteDocuments, documentSchema } from "./sqlite-documents.ts";
import { createSqliteFeed, feedSchema } from "./sqlite-feed.ts";
import { createSqliteListing } from "./sqlite-listing.ts";

/** Kept when the lease is over and when the document is gone: the fencing number may never begin anew. */
const claimSchema = `
create table if not exists claim (
  kind text not null, account text not null, region text not null, name text not null,
  owner text not null, fence integer not null, until integer not null,
  primary key (kind, account, region, name)
) strict, without rowid;
`;

const byKey = "kind = ? and account = ? and region = ? and name = ?";
const columnsOf = ({ kind, account, region, name }: ResourceKey) => [kind, account, region, name] as const;

/**
 * The resource store of one machine: a SQLite file that this process alone writes to (the home's lock sees to that).
 * Documents that have been read before are served from memory, and a list of them touches nothing but an index.
 */
export function createSqliteResourceStore({ path, clock }: { path: string; clock: Clock }): ResourceStore {
  const database = openDatabase(path, documentSchema + feedSchema + claimSchema);
  const documents = createSqliteDocuments(database);
  const rowsOf = createSqliteListing(database);
  const feed = createSqliteFeed(database);
  const waiters = createFeedWaiters();
  const commits = createGroupCommit(database, waiters.wake);

  const findRow = database.prepare<unknown[], number>(`select row from resource where ${byKey}`).pluck();
  const find = database.prepare<
    unknown[],
    { row: number; version: number; id: string; parent: string; status: string }
  >(`select row, version, id, parent, status from resource where ${byKey}`);
  const insert = database.prepare(
    `insert into resource (kind, account, region, name, id, version, schema, parent, status, created, modified, document)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    `update resource set id = ?, version = ?, schema = ?, parent = ?, status = ?, created = ?, modified = ?, document = ?
     where row = ?`,
  );
  const remove = database.prepare("delete from resource where row = ?");
  const findClaim = database.prepare<unknown[], { owner: string; fence: number; until: number }>(
    `select owner, fence, until from claim where ${byKey}`,
  );
  const setClaim = database.prepare("insert or replace into claim values (?, ?, ?, ?, ?, ?, ?)");

  function apply(change: ResourceChange, json: string, time: number): void {
    const key = "put" in change ? change.put.key : change.delete;
    const found = find.get(...columnsOf(key));
    if ((found?.version ?? "absent") !== change.expected) throw new Conflict(key, found?.version ?? "absent");
    if (found) documents.forget(found.row);
    if ("put" in change) {
      const { id, schema, parent = "", status = "", created, modified } = change.put;
      const version = (found?.version ?? 0) + 1;
      const values = [id, version, schema, parent, status, created, modified, json];
      if (found) update.run(...values, found.row);
      else insert.run(...columnsOf(key), ...values);
      feed.add(key, { id, version, parent, status, deleted: 0, time });
    } else {
      remove.run(found!.row);
      feed.add(key, { ...found!, deleted: 1, time });
    }
  }

  return {
    async get(key) {
      const row = findRow.get(...columnsOf(key));
      return row === undefined ? undefined : documents.get(row);
    },

    async list(kind, query) {
      checkLimit(query.limit);
      const sort = sortOf(query);
      const rows = rowsOf(kind, query, sort);
      const page = rows.slice(0, query.limit).map(documents.get);
      return { documents: page, next: rows.length > page.length ? pageToken(page.at(-1)!, sort) : undefined };
    },

    async write(changes, { claim } = {}) {
      const bodies = changes.map((change) =>
        "put" in change ? JSON.stringify({ wanted: change.put.wanted, actual: change.put.actual }) : "",
      );
      return commits.run(() => {
        if (claim && findClaim.get(...columnsOf(claim.key))?.fence !== claim.fence) throw new ClaimLost(claim);
        const time = clock.now();
        for (const [index, change] of changes.entries()) apply(change, bodies[index]!, time);
        feed.prune(time);
        return { sequence: feed.last() };
      });
    },

    async changes(after, limit, wait) {
      checkLimit(limit);
      const from = after === "latest" ? feed.last() : after;
      feed.check(from);
      for (;;) {
        const entries = database.open ? feed.after(from, limit) : [];
        if (entries.length > 0 || !wait || wait.aborted || !database.open) return entries;
        await waiters.wait(wait);
      }
    },

    async claim(key, owner, seconds) {
      return commits.run(() => {
        const time = clock.now();
        const held = findClaim.get(...columnsOf(key));
        if (held && held.owner !== owner && held.until > time) return undefined;
        const claim = { key, owner, fence: (held?.fence ?? 0) + 1, until: time + seconds * 1000 };
        setClaim.run(...columnsOf(key), owner, claim.fence, claim.until);
        return claim;
      });
    },

    async clear() {
      await commits.run(() => {
        feed.addDeletionOfAll(clock.now());
        database.exec("delete from resource");
        documents.forgetAll();
      });
    },

    async close() {
      commits.close();
      database.close();
      waiters.wake();
    },
  };
}
