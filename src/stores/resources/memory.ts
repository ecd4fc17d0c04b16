import type { Clock } from "../../base/clock.ts";
import { createFeedWaiters } from "./feed-waiters.ts";
import { checkLimit, pageToken, readPageToken, type Sort, sortOf, sortValue } from "./page-token.ts";
import {
  type Claim,
  ClaimLost,
  Conflict,
  type FeedEntry,
  feedDays,
  keyText,
  type ResourceDocument,
  type ResourceQuery,
  type ResourceStore,
} from "./port.ts";

/**
 * A resource store that keeps nothing beyond its process: for tests, and as the plainest statement of what a driver does.
 * Lists and feeds are read from end to end.
 */
export function createMemoryResourceStore({ clock }: { clock: Clock }): ResourceStore {
  let documents = new Map<string, ResourceDocument>();
  let feed: FeedEntry[] = [];
  const claims = new Map<string, Claim>();
  const waiters = createFeedWaiters();
  let closed = false;

  const last = () => feed.at(-1)?.sequence ?? 0;

  const entry = (document: ResourceDocument, sequence: number, deleted: boolean): FeedEntry => {
    const { key, id, version, parent, status } = document;
    return { sequence, key, id, version, parent, status, deleted, time: clock.now() };
  };

  function prune(): void {
    const since = clock.now() - feedDays * 86_400_000;
    const kept = feed.findIndex(({ time }) => time >= since);
    feed = feed.slice(kept < 0 ? -1 : kept);
  }

  return {
    async get(key) {
      return documents.get(keyText(key));
    },

    async list(kind, query) {
      checkLimit(query.limit);
      const sort = sortOf(query);
      const end = query.after === undefined ? undefined : readPageToken(query.after, sort);
      const matching = [...documents.values()]
        .filter((document) => document.key.kind === kind && matches(document, query))
        .filter((document) => !end || compare(place(document, sort), [end.value, end.id], sort) > 0)
        .sort((a, b) => compare(place(a, sort), place(b, sort), sort));
      const page = matching.slice(0, query.limit);
      return { documents: page, next: matching.length > page.length ? pageToken(page.at(-1)!, sort) : undefined };
    },

    async write(changes, { claim } = {}) {
      if (claim && claims.get(keyText(claim.key))?.fence !== claim.fence) throw new ClaimLost(claim);
      const after = new Map(documents);
      const entries: FeedEntry[] = [];
      for (const change of changes) {
        const key = "put" in change ? change.put.key : change.delete;
        const found = after.get(keyText(key));
        if ((found?.version ?? "absent") !== change.expected) throw new Conflict(key, found?.version ?? "absent");
        const document = "put" in change ? copy({ ...change.put, version: (found?.version ?? 0) + 1 }) : found!;
        if ("put" in change) after.set(keyText(key), document);
        else after.delete(keyText(key));
        entries.push(entry(document, last() + entries.length + 1, "delete" in change));
      }
      documents = after;
      feed.push(...entries);
      prune();
      waiters.wake();
      return { sequence: last() };
    },

    async changes(after, limit, wait) {
      checkLimit(limit);
      const from = after === "latest" ? last() : after;
      const first = feed[0]?.sequence ?? 1;
      if (from < first - 1 || from > last())
        throw new RangeError(`The change feed cannot go on after ${from}: it has the entries ${first} to ${last()}`);
      for (;;) {
        const entries = feed.filter(({ sequence }) => sequence > from).slice(0, limit);
        if (entries.length > 0 || !wait || wait.aborted || closed) return entries;
        await waiters.wait(wait);
      }
    },

    async claim(key, owner, seconds) {
      const held = claims.get(keyText(key));
      if (held && held.owner !== owner && held.until > clock.now()) return undefined;
      const claim = { key, owner, fence: (held?.fence ?? 0) + 1, until: clock.now() + seconds * 1000 };
      claims.set(keyText(key), claim);
      return claim;
    },

    async clear() {
      for (const document of documents.values()) feed.push(entry(document, last() + 1, true));
      documents = new Map();
      waiters.wake();
    },

    async close() {
      closed = true;
      waiters.wake();
    },
  };
}

/** As a store would give it back: through JSON, and frozen. */
function copy(document: ResourceDocument): ResourceDocument {
  return JSON.parse(JSON.stringify(document), (_name, value) => Object.freeze(value));
}

function matches({ key, parent, status, created, modified }: ResourceDocument, query: ResourceQuery): boolean {
  const within = (time: number, range: ResourceQuery["created"]) =>
    time > (range?.after ?? Number.NEGATIVE_INFINITY) && time < (range?.before ?? Number.POSITIVE_INFINITY);
  return (
    (query.account === undefined || key.account === query.account) &&
    (query.region === undefined || key.region === query.region) &&
    (query.parent === undefined || parent === query.parent) &&
    (query.status === undefined || status === query.status) &&
    lower(key.name).includes(lower(query.nameContains ?? "")) &&
    within(created, query.created) &&
    within(modified, query.modified)
  );
}

const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

type Place = readonly [value: string | number, id: string];

const place = (document: ResourceDocument, { by }: Sort): Place => [sortValue(document, by), document.id];

function compare(a: Place, b: Place, { descending }: Sort): number {
  const ascending = compareValues(a[0], b[0]) || compareValues(a[1], b[1]);
  return descending ? -ascending : ascending;
}

/** Texts in the order of their UTF-8 bytes. */
function compareValues(a: string | number, b: string | number): number {
  return typeof a === "number" ? a - (b as number) : Buffer.compare(Buffer.from(a), Buffer.from(b as string));
}
