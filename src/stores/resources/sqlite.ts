import type { Clock } from "../../base/clock.ts";
import { openDatabase } from "../database.ts";
import type { DiskReserve } from "../disk-reserve.ts";
import { createGroupCommit } from "../group-commit.ts";
import { storageFault } from "../storage-fault.ts";
import { createFeedWaiters } from "./feed-waiters.ts";
import { createKeyWatchers } from "./key-watchers.ts";
import { matches } from "./matching.ts";
import { positionOf, sortOf } from "./order.ts";
import { checkLimit, listMark, pageToken, readPageToken } from "./page-token.ts";
import {
  ClaimLost,
  changedKey,
  type ResourceChange,
  type ResourcePage,
  type ResourceQuery,
  type ResourceStore,
} from "./port.ts";
import { createSqliteChanges } from "./sqlite-changes.ts";
import { claimSchema, createSqliteClaims } from "./sqlite-claims.ts";
import { createSqliteDocuments, documentSchema } from "./sqlite-documents.ts";
import { createSqliteFeed, feedSchema } from "./sqlite-feed.ts";
import { labelSchema } from "./sqlite-labels.ts";
import { createSqliteListing, type Listed } from "./sqlite-listing.ts";
import { createSqliteReader } from "./sqlite-reader.ts";
import { createSqliteRowSets } from "./sqlite-row-sets.ts";
import { createSqliteSpaces, spaceSchema } from "./sqlite-spaces.ts";
import { documentTexts, eventText } from "./written-form.ts";

export const resourceSchema = spaceSchema + documentSchema + labelSchema + feedSchema + claimSchema;

export interface SqliteResourceStoreOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Lists that are not simple are made in the reader, with sets of rows, even where there are few documents; for tests. */
  readonly alwaysReader?: boolean;
  /** Of the file's disk. */
  readonly reserve?: DiskReserve;
}

/**
 * The resource store of one machine: a SQLite file that this process alone writes to (the home's lock sees to that).
 * Documents that have been read before are served from memory. Lists that one index gives, and lists of few documents,
 * are made at once; all others in the reader, a thread that does not stop the server.
 */
export function createSqliteResourceStore(options: SqliteResourceStoreOptions): ResourceStore {
  const { path, clock, alwaysReader } = options;
  const database = openDatabase(path, resourceSchema);
  const spaces = createSqliteSpaces(database);
  const documents = createSqliteDocuments(database, spaces);
  const feed = createSqliteFeed(database, spaces);
  const changesOf = createSqliteChanges(database, { spaces, documents, feed });
  const claims = createSqliteClaims(database, spaces);
  const rowSets = createSqliteRowSets(database, spaces);
  const listing = createSqliteListing(database, spaces, rowSets);
  const reader = createSqliteReader(path, { eagerSets: alwaysReader });
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

  async function pageByReader(listed: Listed, query: ResourceQuery): Promise<ResourcePage> {
    const isHere = !alwaysReader && listing.isSmall(listed);
    // Sets of few documents are made in no time, and not followed.
    rowSets.forget();
    const rows = isHere
      ? listing.page(listed)
      : await reader.page(listed).catch((error) => {
          throw storageFault(error, path);
        });
    const page = rows.slice(0, query.limit);
    const next =
      rows.length > page.length ? pageToken(page.at(-1)!, listed.sort, listMark(listed.kind, query)) : undefined;
    // A document may have been removed, or changed so that the list no longer has it, since the reader made the page.
    const found = page.flatMap(({ row, id, version }) => {
      const document = documents.find(row);
      const isSame = document?.id === id && (document.version === version || matches(document, query));
      return isSame ? [document] : [];
    });
    return { documents: found, next };
  }

  return {
    async get(key) {
      return documents.get(key);
    },

    async list(kind, query) {
      checkLimit(query.limit);
      const sort = sortOf(query);
      const end = query.after === undefined ? undefined : readPageToken(query.after, sort, listMark(kind, query));
      const listed = { kind, query, sort, end, limit: query.limit + 1 };
      const rows = listing.simple(listed);
      if (!rows) return pageByReader(listed, query);
      const page = rows.slice(0, query.limit).map((row) => documents.find(row)!);
      const next =
        rows.length > page.length
          ? pageToken(positionOf(page.at(-1)!, sort.by), sort, listMark(kind, query))
          : undefined;
      return { documents: page, next };
    },

    async write(changes, { claim, events = [] } = {}) {
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
      const result = await commits.run(work, { storesNothing: !changes.some(isCreation) });
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
      await reader.close();
      database.close();
      waiters.wake();
    },
  };
}

const isCreation = (change: ResourceChange): boolean => "put" in change && change.expected === "absent";
