import type { Clock } from "../../base/clock.ts";
import { createFeedWaiters } from "./feed-waiters.ts";
import { createKeyWatchers } from "./key-watchers.ts";
import { matches } from "./matching.ts";
import { comparePositions, positionOf, sortOf } from "./order.ts";
import { checkLimit, listMark, pageToken, readPageToken } from "./page-token.ts";
import {
  type Claim,
  ClaimLost,
  Conflict,
  changedKey,
  type FeedEntry,
  feedDays,
  keyText,
  type ResourceDocument,
  type ResourceStore,
} from "./port.ts";
import { deepFreeze, documentTexts, eventText, readLabels, readText } from "./written-form.ts";

/**
 * A resource store that keeps nothing beyond its process: for tests, and as the plainest statement of what a driver
 * does. Lists and feeds are read from end to end.
 */
export function createMemoryResourceStore({ clock }: { clock: Clock }): ResourceStore {
  let documents = new Map<string, ResourceDocument>();
  let feed: FeedEntry[] = [];
  const claims = new Map<string, Claim>();
  const cursors = new Map<string, number>();
  const waiters = createFeedWaiters();
  const watchers = createKeyWatchers();
  let closed = false;

  const last = () => feed.at(-1)?.sequence ?? 0;

  const entry = (document: ResourceDocument, deleted: boolean): Omit<FeedEntry, "sequence"> => {
    const { key, id, version, parent, status } = document;
    return { key, id, version, parent, status, deleted, time: clock.now() };
  };

  function add(entries: readonly Omit<FeedEntry, "sequence">[]): void {
    for (const one of entries) feed.push({ sequence: last() + 1, ...one });
    waiters.wake();
  }

  function prune(): void {
    const since = clock.now() - feedDays * 86_400_000;
    const passed = Math.min(...cursors.values());
    const kept = feed.findIndex(({ time, sequence }) => time >= since || sequence > passed);
    feed = feed.slice(kept < 0 ? -1 : kept);
  }

  return {
    async get(key) {
      return documents.get(keyText(key));
    },

    async list(kind, query) {
      checkLimit(query.limit);
      const sort = sortOf(query);
      const end = query.after === undefined ? undefined : readPageToken(query.after, sort, listMark(kind, query));
      const matching = [...documents.values()]
        .filter((document) => document.key.kind === kind && matches(document, query))
        .filter((document) => !end || comparePositions(positionOf(document, sort.by), end, sort) > 0)
        .sort((a, b) => comparePositions(positionOf(a, sort.by), positionOf(b, sort.by), sort));
      const page = matching.slice(0, query.limit);
      const next =
        matching.length > page.length
          ? pageToken(positionOf(page.at(-1)!, sort.by), sort, listMark(kind, query))
          : undefined;
      return { documents: page, next };
    },

    async write(changes, { claim, events = [] } = {}) {
      const written = changes.map((change) => "put" in change && copy(change.put));
      const details = events.map(eventText);
      if (claim && claims.get(keyText(claim.key))?.fence !== claim.fence) throw new ClaimLost(claim);
      const after = new Map(documents);
      const entries: Omit<FeedEntry, "sequence">[] = [];
      for (const [index, change] of changes.entries()) {
        const key = changedKey(change);
        const found = after.get(keyText(key));
        const isExpected =
          change.expected === "present" ? found !== undefined : (found?.version ?? "absent") === change.expected;
        if (!isExpected) throw new Conflict(key, found?.version ?? "absent");
        if ("require" in change) continue;
        const put = written[index];
        const document = put ? Object.freeze({ ...put, version: (found?.version ?? 0) + 1 }) : found!;
        if (put) after.set(keyText(key), document);
        else after.delete(keyText(key));
        entries.push(entry(document, !put));
      }
      for (const [index, { type, key }] of events.entries()) {
        const event = { type, detail: readText(details[index]!) };
        const document = after.get(keyText(key));
        const absent = { key, id: "", version: 0, parent: undefined, status: undefined };
        entries.push({ ...absent, deleted: false, time: clock.now(), ...(document && entry(document, false)), event });
      }
      documents = after;
      add(entries);
      prune();
      watchers.tell(() => changes.filter((change) => !("require" in change)).map(changedKey));
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

    watch: watchers.watch,

    async cursor(follower) {
      if (!cursors.has(follower)) cursors.set(follower, last());
      return cursors.get(follower)!;
    },

    async advance(follower, sequence) {
      if (sequence > last()) throw new RangeError(`The change feed has not reached ${sequence}: it ends at ${last()}`);
      cursors.set(follower, Math.max(sequence, cursors.get(follower) ?? 0));
    },

    async forgetFollowers(known) {
      for (const follower of cursors.keys()) if (!known.includes(follower)) cursors.delete(follower);
    },

    async claim(key, owner, seconds) {
      const held = claims.get(keyText(key));
      if (held && held.owner !== owner && held.until > clock.now()) return undefined;
      const claim = { key, owner, fence: (held?.fence ?? 0) + 1, until: clock.now() + seconds * 1000 };
      claims.set(keyText(key), claim);
      return claim;
    },

    async clear() {
      const deletions = [...documents.values()].map((document) => entry(document, true));
      documents = new Map();
      add(deletions);
      watchers.tellAll();
    },

    async close() {
      closed = true;
      waiters.wake();
      watchers.tellAll();
    },
  };
}

/** Copies a document as a store returns it: through JSON, and frozen. */
function copy(put: Omit<ResourceDocument, "version">): Omit<ResourceDocument, "version"> {
  const { wanted, actual, labels } = documentTexts(put);
  const { key, id, schema, parent, origin, status, created, modified } = put;
  return deepFreeze({
    key: { ...key },
    id,
    schema,
    parent: parent || undefined,
    origin: origin || undefined,
    status: status || undefined,
    created,
    modified,
    labels: readLabels(labels),
    wanted: readText(wanted),
    actual: readText(actual),
  });
}
