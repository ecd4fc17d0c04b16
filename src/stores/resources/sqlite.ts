import type { Clock } from "../../base/clock.ts";
import { openDatabase } from "../database.ts";
import type { DiskReserve } from "../disk-reserve.ts";
import { createGroupCommit } from "../group-commit.ts";
import { createFeedWaiters } from "./feed-waiters.ts";
import { createKeyWatchers } from "./key-watchers.ts";
import { checkLimit } from "./page-token.ts";
import { ClaimLost, changedKey, type ResourceChange, type ResourceStore } from "./port.ts";
import { createSqliteChanges } from "./sqlite-changes.ts";
import { claimSchema, createSqliteClaims } from "./sqlite-claims.ts";
import { createSqliteDocuments, documentSchema } from "./sqlite-documents.ts";
import { createSqliteFeed, feedSchema } from "./sqlite-feed.ts";
import { labelSchema } from "./sqlite-labels.ts";
import { createSqliteLists } from "./sqlite-lists.ts";
import { createSqliteSpaces, spaceSchema } from "./sqlite-spaces.ts";
import { documentTexts, eventText } from "./written-form.ts";

export const resourceSchema = spaceSchema + documentSchema + labelSchema + feedSchema + claimSchema;

export interface SqliteResourceStoreOptions {
  readonly path: string;
  readonly clock: Clock;
  /** For tests; see sqlite-lists.ts. */
  readonly alwaysReader?: boolean;
  /** Of the file's disk. */
  readonly reserve?: DiskReserve;
}

/**
 * The resource store of one machine: a SQLite file that this process alone writes to (the home's lock sees to that).
 * Documents that have been read before are served from memory. Lists that take longer than a step along an index are
 * made in a thread, so that they do not stop the server.
 */
export function createSqliteResourceStore(options: SqliteResourceStoreOptions): ResourceStore {
  const { path, clock, alwaysReader } = options;
  const database = openDatabase(path, resourceSchema);
  const spaces = createSqliteSpaces(database);
  const documents = createSqliteDocuments(database, spaces);
  const feed = createSqliteFeed(database, spaces);
  const changesOf = createSqliteChanges(database, { spaces, documents, feed });
  const claims = createSqliteClaims(database, spaces);
  const lists = createSqliteLists(database, { path, spaces, documents, alwaysReader });
  const waiters = createFeedWaiters();
  const watchers = createKeyWatchers();
  const commits = createGroupCommit(database, {
    committed() {
      spaces.committed();
      waiters.wake();
    },
    takenBack: feed.takenBack,
    reserve: options.reserve,
  });
  /** Work of a transaction that stores nothing new. */
  const keep = <T>(work: () => T): Promise<T> => commits.run(work, { storesNothing: true });

  return {
    async get(key) {
      return documents.get(key);
    },

    list: lists.list,

    async write(changes, { claim, events = [], sync = true } = {}) {
      const texts = changes.map((change) => ("put" in change ? documentTexts(change.put) : undefined));
      const details = events.map(eventText);
      const work = () => {
        if (claim && !claims.isHeld(claim)) throw new ClaimLost(claim);
        const time = clock.now();
        let sequence: number | undefined;
        for (const [index, change] of changes.entries())
          sequence = changesOf.apply(change, texts[index], time) ?? sequence;
        for (const [index, event] of events.entries()) sequence = changesOf.tell(event, details[index]!, time);
        feed.prune(time);
        return { sequence: sequence ?? feed.last() };
      };
      const result = await commits.run(work, { sync, storesNothing: !changes.some(isCreation) });
      watchers.tell(() => changes.filter((change) => !("require" in change)).map(changedKey));
      return result;
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

    watch: watchers.watch,
    cursor: (follower) => keep(() => feed.cursor(follower)),
    advance: (follower, sequence) => keep(() => feed.advance(follower, sequence)),
    forgetFollowers: (known) => keep(() => feed.forgetFollowers(known)),
    claim: (key, owner, seconds) => keep(() => claims.take(key, owner, seconds, clock.now())),

    async clear() {
      await keep(() => {
        feed.addDeletionOfAll(clock.now());
        for (const table of ["resource", "wanted", "actual", "label"]) database.exec(`delete from ${table}`);
        documents.forgetAll();
      });
      watchers.tellAll();
    },

    async close() {
      commits.close();
      watchers.tellAll();
      await lists.close();
      database.close();
      waiters.wake();
    },
  };
}

const isCreation = (change: ResourceChange): boolean => "put" in change && change.expected === "absent";
