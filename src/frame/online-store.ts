import { type RecordChange, RecordConflict, type RecordStore } from "../stores/records/port.ts";

/** What a write does to the record of an identifier. */
export interface OnlineWrite {
  /** The id of the feature group's document. */
  readonly group: string;
  readonly identifier: string;
  /** When the event was, in milliseconds since 1970; fractions count. */
  readonly eventTime: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * What becomes of the online record; absent where the write is for the offline store alone. A function is given what is
   * there and throws to refuse the whole write.
   */
  readonly online?: OnlineState | "removed" | ((present: OnlineState | undefined) => OnlineState);
  /** Whether a write that is not later than the record is refused instead of kept out of the online store. */
  readonly mustBeLater?: boolean;
  /** The entry of the offline store's journal, absent where the write is for the online store alone. */
  readonly offline?: string | ((written: OnlineState) => string);
}

/** The record of an identifier. */
export interface OnlineState {
  readonly eventTime: number;
  /** When it is no longer there, in milliseconds since 1970. */
  readonly expires?: number | undefined;
  /** The list of features as the JSON that is answered; undefined for a record that is softly deleted. */
  readonly features?: string | undefined;
}

/** A record as it is answered. */
export interface OnlineRecord {
  /** When it is no longer there, in milliseconds since 1970. */
  readonly expires: number | undefined;
  /** The list of features as JSON in UTF-8. */
  readonly features: Uint8Array;
}

export type OnlineOutcome = "written" | "kept out" | "refused";

/** An entry of the offline store's journal of a group. */
export interface OfflineEntry {
  /** 0, 1, 2, ... without gaps. */
  readonly position: number;
  readonly data: string;
}

/**
 * The online records of feature groups, and what of them the offline store has yet to get, in one record store: a write
 * is in both or in none, and durable when it is acknowledged.
 */
export interface OnlineStore {
  /** Returns the records that are there at a time; undefined for those that are not, have expired or are deleted. */
  read(group: string, identifiers: readonly string[], now: number): Promise<(OnlineRecord | undefined)[]>;
  /** Writes in the order of the calls. @throws what a function of the write throws */
  write(write: OnlineWrite): Promise<OnlineOutcome>;
  /** Identifiers in the order of their bytes, after one. */
  list(group: string, query: ListQuery): Promise<readonly string[]>;
  /** Entries of the journal from the first that is there on. */
  offlineEntries(group: string, limit: number): Promise<readonly OfflineEntry[]>;
  /** The position that the next entry gets; all before it are written. */
  offlineNext(group: string): Promise<number>;
  /** Removes entries that the offline store has: those before a position. */
  dropOffline(group: string, before: number): Promise<void>;
  /** Removes the records whose time is over. Returns how many. */
  expire(now: number): Promise<number>;
  /** Removes everything of a group. */
  drop(group: string): Promise<void>;
  /** The ids of groups of which something is there. */
  groups(): Promise<readonly string[]>;
}

export interface ListQuery {
  readonly after?: string | undefined;
  readonly limit: number;
  readonly now: number;
  /** Whether softly deleted records are listed. */
  readonly deleted: boolean;
}

interface Job {
  readonly write: OnlineWrite;
  readonly resolve: (outcome: OnlineOutcome) => void;
  readonly reject: (error: unknown) => void;
}

const spaces = {
  record: (group: string) => `online/${group}`,
  expiry: (group: string) => `expiry/${group}`,
  offline: (group: string) => `offline/${group}`,
};
/** The space of counters: the position of each group's next journal entry. */
const counters = "offline-next";
const positionKey = (position: number): string => String(position).padStart(16, "0");
const expiryKey = (expires: number, identifier: string): string =>
  `${String(Math.floor(expires)).padStart(16, "0")}/${identifier}`;

/** A record as it is kept: event time, expiry, then the features after a line's end. */
const kept = ({ eventTime, expires, features }: OnlineState): string =>
  `${eventTime} ${expires ?? ""}\n${features ?? ""}`;

export function readState(text: string): OnlineState {
  const end = text.indexOf("\n");
  const space = text.indexOf(" ");
  return {
    eventTime: Number(text.slice(0, space)),
    expires: space + 1 < end ? Number(text.slice(space + 1, end)) : undefined,
    features: end + 1 < text.length ? text.slice(end + 1) : undefined,
  };
}

const [lineEnd, blank] = [10, 32];

function readRecord(bytes: Uint8Array): OnlineRecord {
  const end = bytes.indexOf(lineEnd);
  const space = bytes.indexOf(blank);
  let expires: number | undefined;
  if (space + 1 < end) expires = Number(String.fromCharCode(...bytes.subarray(space + 1, end)));
  return { expires, features: bytes.subarray(end + 1) };
}

const isOver = ({ expires }: Pick<OnlineState, "expires">, now: number): boolean =>
  expires !== undefined && expires <= now;
const expiredAtOnce = 1_000;
const listedAtOnce = 256;
const mostTries = 20;

export function createOnlineStore(records: RecordStore): OnlineStore {
  let queue: Job[] = [];
  let working = false;

  async function work(): Promise<void> {
    working = true;
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const jobs = queue;
      queue = [];
      await commit(jobs, 1);
    }
    working = false;
  }

  async function commit(jobs: readonly Job[], tries: number): Promise<void> {
    const settle: (() => void)[] = [];
    try {
      const batch = createBatch(await present(jobs));
      for (const { write, resolve, reject } of jobs) {
        try {
          const outcome = batch.apply(write);
          settle.push(() => resolve(outcome));
        } catch (error) {
          settle.push(() => reject(error));
        }
      }
      const changes = batch.changes();
      if (changes.length > 0) await records.write(changes);
      for (const tell of settle) tell();
    } catch (error) {
      // Another server has written one of the records in between.
      if (error instanceof RecordConflict && tries < mostTries) return commit(jobs, tries + 1);
      for (const { reject } of jobs) reject(error);
    }
  }

  /** Reads what the writes concern: the records, and the counters of journals. */
  async function present(jobs: readonly Job[]): Promise<Present> {
    const found: Present = { records: new Map(), counters: new Map() };
    const wanted = new Map<string, Set<string>>();
    for (const { write } of jobs) {
      const of = wanted.get(write.group) ?? new Set();
      wanted.set(write.group, of);
      if (write.online !== undefined) of.add(write.identifier);
    }
    const groups = [...wanted.keys()];
    const next = await records.get(counters, groups);
    for (const [place, group] of groups.entries()) found.counters.set(group, next[place]);
    for (const [group, identifiers] of wanted) {
      const list = [...identifiers];
      if (list.length === 0) continue;
      const texts = await records.get(spaces.record(group), list);
      for (const [place, identifier] of list.entries()) found.records.set(`${group}/${identifier}`, texts[place]);
    }
    return found;
  }

  const store: OnlineStore = {
    async read(group, identifiers, now) {
      const found = await records.getBytes(spaces.record(group), identifiers);
      return found.map((bytes) => {
        const record = bytes && readRecord(bytes);
        return !record || record.features.length === 0 || isOver(record, now) ? undefined : record;
      });
    },
    write: (write) =>
      new Promise((resolve, reject) => {
        queue.push({ write, resolve, reject });
        if (!working) void work();
      }),
    async list(group, { after, limit, now, deleted }) {
      const space = spaces.record(group);
      const shown: string[] = [];
      let from = after === undefined ? "" : `${after}\0`;
      for (;;) {
        const keys = await firstKeys(space, from, listedAtOnce);
        const texts = await records.get(space, keys);
        for (const [place, text] of texts.entries()) {
          const state = text === undefined ? undefined : readState(text);
          if (!state || isOver(state, now) || (state.features === undefined && !deleted)) continue;
          shown.push(keys[place]!);
          if (shown.length === limit) return shown;
        }
        if (keys.length < listedAtOnce) return shown;
        from = `${keys.at(-1)}\0`;
      }
    },
    async offlineEntries(group, limit) {
      const space = spaces.offline(group);
      const keys = await firstKeys(space, "", limit);
      const data = await records.get(space, keys);
      return keys.map((key, place) => ({ position: Number(key), data: data[place]! }));
    },
    async offlineNext(group) {
      return Number((await records.get(counters, [group]))[0] ?? 0);
    },
    async dropOffline(group, before) {
      const space = spaces.offline(group);
      for (;;) {
        const keys = (await firstKeys(space, "", expiredAtOnce)).filter((key) => Number(key) < before);
        if (keys.length > 0) await records.write(keys.map((key) => ({ space, key })));
        if (keys.length < expiredAtOnce) return;
      }
    },
    async expire(now) {
      let removed = 0;
      for (const group of await groupsOf("expiry/")) {
        const space = spaces.expiry(group);
        const end = positionKey(Math.floor(now) + 1);
        for (;;) {
          const keys = await firstKeys(space, "", expiredAtOnce, end);
          for (const key of keys) removed += await expireOne(group, key, now);
          if (keys.length < expiredAtOnce) break;
        }
      }
      return removed;
    },
    async drop(group) {
      for (const space of Object.values(spaces)) await records.drop(space(group));
      await records.write([{ space: counters, key: group }]);
    },
    async groups() {
      const found = await Promise.all(["online/", "expiry/", "offline/"].map(groupsOf));
      return [...new Set([...found.flat(), ...(await firstKeys(counters, "", Number.POSITIVE_INFINITY))])];
    },
  };

  async function expireOne(group: string, key: string, now: number): Promise<number> {
    const identifier = key.slice(17);
    const space = spaces.record(group);
    const mark = { space: spaces.expiry(group), key };
    const [text] = await records.get(space, [identifier]);
    const isGone = text !== undefined && isOver(readState(text), now);
    try {
      await records.write(isGone ? [{ space, key: identifier, expected: { is: text } }, mark] : [mark]);
    } catch (error) {
      // It was written anew in between, and has another mark.
      if (!(error instanceof RecordConflict)) throw error;
      return 0;
    }
    return isGone ? 1 : 0;
  }

  async function firstKeys(space: string, from: string, limit: number, before?: string): Promise<string[]> {
    const keys: string[] = [];
    await records.scan(space, { from, before }, (key) => {
      keys.push(key);
      return keys.length < limit ? undefined : "end";
    });
    return keys;
  }

  async function groupsOf(prefix: string): Promise<string[]> {
    const groups: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await records.spaces(prefix, after, 100);
      groups.push(...page.map((space) => space.slice(prefix.length)));
      if (page.length < 100) return groups;
      after = page.at(-1);
    }
  }

  return store;
}

interface Present {
  readonly records: Map<string, string | undefined>;
  readonly counters: Map<string, string | undefined>;
}

/** Applies writes one after the other to what was there, and returns the changes that they come to. */
function createBatch(before: Present) {
  const after: Present = { records: new Map(before.records), counters: new Map(before.counters) };
  const changed = new Map<string, { readonly group: string; readonly identifier: string }>();
  const entries: RecordChange[] = [];

  function journal(group: string, data: string): void {
    const position = Number(after.counters.get(group) ?? 0);
    after.counters.set(group, String(position + 1));
    entries.push({ space: spaces.offline(group), key: positionKey(position), value: data });
  }

  return {
    apply(write: OnlineWrite): OnlineOutcome {
      const { group, identifier, eventTime, online, offline, now } = write;
      if (online === undefined) {
        if (offline !== undefined) journal(group, offline as string);
        return "written";
      }
      const name = `${group}/${identifier}`;
      const text = after.records.get(name);
      const found = text === undefined ? undefined : readState(text);
      const present = found && !isOver(found, now) ? found : undefined;
      const next = typeof online === "function" ? online(present) : online;
      const isLater = typeof online === "function" || present === undefined || eventTime > present.eventTime;
      if (!isLater && write.mustBeLater) return "refused";
      if (offline !== undefined) journal(group, typeof offline === "function" ? offline(next as OnlineState) : offline);
      if (!isLater) return "kept out";
      const isGone = next === "removed" || isOver(next, now);
      after.records.set(name, isGone ? undefined : kept(next));
      changed.set(name, { group, identifier });
      return "written";
    },

    changes(): RecordChange[] {
      const changes = [...entries];
      for (const [name, { group, identifier }] of changed) {
        const [old, value] = [before.records.get(name), after.records.get(name)];
        const expected = old === undefined ? ("absent" as const) : { is: old };
        changes.push({ space: spaces.record(group), key: identifier, value, expected });
        const [was, is] = [old, value].map((text) => text && readState(text).expires);
        if (was === is) continue;
        if (typeof was === "number") changes.push({ space: spaces.expiry(group), key: expiryKey(was, identifier) });
        if (typeof is === "number")
          changes.push({ space: spaces.expiry(group), key: expiryKey(is, identifier), value: "" });
      }
      for (const [key, value] of after.counters) {
        const old = before.counters.get(key);
        if (old !== value)
          changes.push({ space: counters, key, value, expected: old === undefined ? "absent" : { is: old } });
      }
      return changes;
    },
  };
}
