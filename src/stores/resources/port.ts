/**
 * The resource store keeps small documents: one for every resource a user can name. What it acknowledges is durable.
 * Every change is also an entry of the change feed, written in the same transaction; there is no second way of telling.
 */

/** Region is `-` for kinds that have none (IAM roles, buckets). */
export interface ResourceKey {
  readonly account: string;
  readonly region: string;
  readonly kind: string;
  readonly name: string;
}

/** A key as one text, to look things up by. */
export const keyText = ({ account, region, kind, name }: ResourceKey): string =>
  JSON.stringify([account, region, kind, name]);

export interface ResourceDocument<Wanted = unknown, Actual = unknown> {
  readonly key: ResourceKey;
  /** A ULID that is never used again: the same name made anew is another id. Also the order of creation. */
  readonly id: string;
  /** 1 when made, one more with every write. */
  readonly version: number;
  /** The number of the document's shape, for `upgrade` in defineResource. */
  readonly schema: number;
  /** What it belongs to, as "kind/name"; `list` can ask for it. */
  readonly parent?: string;
  readonly status?: string;
  /** Milliseconds since 1970 UTC. */
  readonly created: number;
  readonly modified: number;
  /** Values that lists filter by. */
  readonly labels?: Readonly<Record<string, string | number>>;
  /** What was asked for. */
  readonly wanted: Wanted;
  /** What is. */
  readonly actual: Actual;
}

/** One part of a batch. `expected` is the version that must be there, or "absent". */
export type ResourceChange =
  | { readonly put: Omit<ResourceDocument, "version">; readonly expected: number | "absent" }
  | { readonly delete: ResourceKey; readonly expected: number };

export interface ResourceQuery {
  /** Left out: of every account, of every region (what the server itself needs at start). */
  readonly account?: string;
  readonly region?: string;
  readonly parent?: string;
  readonly status?: string;
  /** Matched without regard to the case of the letters A to Z. */
  readonly nameContains?: string;
  /** Milliseconds, both ends exclusive as in AWS's "After" and "Before". */
  readonly created?: { readonly after?: number; readonly before?: number };
  readonly modified?: { readonly after?: number; readonly before?: number };
  /** `created` falls back on the order of creation, all others on it too; so the order is total and paging is exact. */
  readonly sort?: { readonly by: "name" | "created" | "modified" | "status"; readonly descending?: boolean };
  /** The `next` of the page before; `list` throws a RangeError for anything else. */
  readonly after?: string;
  readonly limit: number;
}

export interface ResourcePage {
  readonly documents: readonly ResourceDocument[];
  /** Only when more match. */
  readonly next?: string;
}

export interface FeedEntry {
  readonly sequence: number;
  readonly key: ResourceKey;
  readonly id: string;
  /** Of a deletion: the version that was deleted. */
  readonly version: number;
  readonly parent?: string;
  readonly status?: string;
  readonly deleted: boolean;
  readonly time: number;
}

/** A lease. Its fencing number grows with every claim of the same key; `write` refuses an older one. */
export interface Claim {
  readonly key: ResourceKey;
  readonly owner: string;
  readonly fence: number;
  readonly until: number;
}

/** A write met another version than it expected. Nothing of its batch was written. */
export class Conflict extends Error {
  readonly key: ResourceKey;
  /** The version that is there, or "absent". */
  readonly found: number | "absent";
  constructor(key: ResourceKey, found: number | "absent") {
    super(
      `${key.kind} ${key.name} is ${found === "absent" ? "absent" : `at version ${found}`}, which is not what the write expected`,
    );
    this.name = "Conflict";
    this.key = key;
    this.found = found;
  }
}

/** A write with a lease that another claim of the same key has overtaken. Nothing of its batch was written. */
export class ClaimLost extends Error {
  readonly claim: Claim;
  constructor(claim: Claim) {
    super(`${claim.owner} no longer holds ${claim.key.kind} ${claim.key.name}: it has been claimed since`);
    this.name = "ClaimLost";
    this.claim = claim;
  }
}

/** How long an entry of the change feed is kept. */
export const feedDays = 7;

export interface ResourceStore {
  /** The document, shared and frozen: a change of it is a copy. */
  get(key: ResourceKey): Promise<ResourceDocument | undefined>;
  /** `query.after` that no page of this list gave throws a RangeError. */
  list(kind: string, query: ResourceQuery): Promise<ResourcePage>;
  /**
   * One atomic batch, durable when it returns; throws Conflict. Gives the sequence number of its last feed entry; an
   * empty batch gives that of the last entry there is, which is where to begin with `changes`.
   * `wanted` and `actual` are JSON: what JSON cannot say (undefined, dates) is not kept as it was.
   */
  write(
    changes: readonly ResourceChange[],
    options?: { readonly claim?: Claim },
  ): Promise<{ readonly sequence: number }>;
  /**
   * Entries after that sequence number, oldest first. With `wait`, an empty answer is held back until there is an
   * entry, the signal aborts, or the store is closed. "latest": only what is written after this call. A sequence older than
   * the feed keeps (7 days) throws a RangeError: list anew.
   */
  changes(after: number | "latest", limit: number, wait?: AbortSignal): Promise<readonly FeedEntry[]>;
  /** undefined when another owner holds an unexpired lease. */
  claim(key: ResourceKey, owner: string, seconds: number): Promise<Claim | undefined>;
  /** Every document gone, the feed going on (each deletion an entry): what `reset` does. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const documentsAtOnce = 1_000;

/** Every document of a list, a page at a time. */
export async function* allDocuments(
  resources: Pick<ResourceStore, "list">,
  kind: string,
  query: Omit<ResourceQuery, "after" | "limit">,
): AsyncGenerator<ResourceDocument> {
  let after: string | undefined;
  do {
    const page = await resources.list(kind, { ...query, after, limit: documentsAtOnce });
    yield* page.documents;
    after = page.next;
  } while (after !== undefined);
}

/** Reads documents for the data plane: without asking the store again until the change feed tells of a change. */
export interface ResourceCache {
  /**
   * The document itself when it is known, else a promise of it; what does not exist is not remembered. A change made in
   * this process is seen from the next turn of the event loop on.
   */
  get(key: ResourceKey): ResourceDocument | Promise<ResourceDocument | undefined>;
  /** Follows the feed no more; every read asks the store. */
  close(): Promise<void>;
}
