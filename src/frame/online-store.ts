import { RecordConflict, type RecordStore } from "../stores/records/port.ts";
import {
  counters,
  createBatch,
  isOver,
  type Present,
  positionKey,
  readRecord,
  readState,
  sizes,
  spaces,
} from "./online-batch.ts";
import type { OnlineOutcome, OnlineRecord, OnlineState, OnlineWrite } from "./online-write.ts";

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
  /**
   * Calls back each time when entries have come to a group's journal, until what it returns is called. Those that came before are
   * not told.
   */
  watchOffline(group: string, told: () => void): () => void;
  /** Passes on that another process has written to the journal of a group, or may have to any. */
  offlineWritten(group?: string): void;
  /** Removes entries that the offline store has: those before a position. */
  dropOffline(group: string, before: number): Promise<void>;
  /** Removes the records whose time is over. Returns how many. */
  expire(now: number): Promise<number>;
  /** Removes everything of a group. */
  drop(group: string): Promise<void>;
  /** How many bytes the records of a group have, with their identifiers; undefined where they are not counted. */
  bytes(group: string): Promise<number | undefined>;
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

const expiredAtOnce = 1_000;
const listedAtOnce = 256;
const mostTries = 20;

export interface OnlineStoreOptions {
  /** Is called with each group to whose journal this process has written. */
  readonly tellOthers?: ((group: string) => void) | undefined;
  /** Whether several processes write: they would wait for each other to count the bytes of a group. */
  readonly isShared?: boolean;
}

export function createOnlineStore(
  records: RecordStore,
  { isShared = false, tellOthers = () => {} }: OnlineStoreOptions = {},
): OnlineStore {
  let queue: Job[] = [];
  let working = false;
  const watchers = new Map<string, Set<() => void>>();

  const tellWatchers = (group: string) => {
    for (const told of watchers.get(group) ?? []) told();
  };

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
      for (const group of batch.journaled()) {
        tellWatchers(group);
        tellOthers(group);
      }
    } catch (error) {
      // Another server has written one of the records in between.
      if (error instanceof RecordConflict && tries < mostTries) return commit(jobs, tries + 1);
      for (const { reject } of jobs) reject(error);
    }
  }

  /** Reads what the writes concern: the records, and the counters of journals. */
  async function present(jobs: readonly Job[]): Promise<Present> {
    const found = { records: new Map<string, string | undefined>(), counters: new Map<string, string | undefined>() };
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
    return { ...found, sizes: await countedOf(groups.filter((group) => wanted.get(group)!.size > 0)) };
  }

  /** The sizes of groups whose bytes are counted: of those that have records, which an older version wrote, they are not known. */
  async function countedOf(groups: readonly string[]): Promise<Present["sizes"]> {
    if (isShared || groups.length === 0) return new Map();
    const texts = await records.get(sizes, groups);
    const counted = new Map<string, string | undefined>();
    for (const [place, group] of groups.entries())
      if (texts[place] !== undefined || (await isEmpty(group))) counted.set(group, texts[place]);
    return counted;
  }

  const isEmpty = async (group: string): Promise<boolean> =>
    (await firstKeys(spaces.record(group), "", 1)).length === 0;

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
    watchOffline(group, told) {
      const of = watchers.get(group) ?? new Set();
      watchers.set(group, of.add(told));
      return () => {
        of.delete(told);
        if (of.size === 0 && watchers.get(group) === of) watchers.delete(group);
      };
    },
    offlineWritten(group) {
      for (const one of group === undefined ? [...watchers.keys()] : [group]) tellWatchers(one);
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
          // Those of a page are removed together.
          const gone = await Promise.all(keys.map((key) => expireOne(group, key, now)));
          removed += gone.reduce((sum, one) => sum + one, 0);
          if (keys.length < expiredAtOnce) break;
        }
      }
      return removed;
    },
    async drop(group) {
      for (const space of Object.values(spaces)) await records.drop(space(group));
      await records.write([counters, sizes].map((space) => ({ space, key: group })));
    },
    async bytes(group) {
      const counted = await countedOf([group]);
      return counted.has(group) ? Number(counted.get(group) ?? 0) : undefined;
    },
    async groups() {
      const found = await Promise.all(["online/", "expiry/", "offline/"].map(groupsOf));
      return [...new Set([...found.flat(), ...(await firstKeys(counters, "", Number.POSITIVE_INFINITY))])];
    },
  };

  async function expireOne(group: string, key: string, now: number): Promise<number> {
    const identifier = key.slice(17);
    const space = spaces.record(group);
    const [text] = await records.get(space, [identifier]);
    if (text !== undefined && isOver(readState(text), now)) {
      // In its turn among the writes: one that comes in between is kept, and a removal takes the mark along.
      const online = (present: OnlineState | undefined) => present ?? "removed";
      await store.write({ group, identifier, eventTime: 0, now, online });
      return 1;
    }
    // It was written anew, and has another mark.
    await records.write([{ space: spaces.expiry(group), key }]);
    return 0;
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
