import { unitSeparator } from "../../base/unit-separator.ts";

/**
 * The resource store keeps small documents: one for every resource a user can name. What it acknowledges is durable.
 * Every change is also an entry of the change feed, written in the same transaction; there is no second way of telling.
 */

/** Region is `-` for kinds that have none, account `-` for those whose names are global (buckets). */
export interface ResourceKey {
  readonly account: string;
  readonly region: string;
  readonly kind: string;
  /** Of a kind with several names: their values, joined by the unit separator. */
  readonly name: string;
}

/** Returns a key as one text, to look things up by. Only a name may contain a line break, and it comes last. */
export const keyText = ({ account, region, kind, name }: ResourceKey): string =>
  `${account}\n${region}\n${kind}\n${name}`;

/** Returns a key in words, for messages. */
export const keyWords = ({ kind, name }: ResourceKey): string => `${kind} ${name.replaceAll(unitSeparator, "/")}`;

/** Numbers come before texts, texts are in the order of their UTF-8 bytes. */
export type LabelValue = string | number;

/** Names are letters, digits, `_` and `-`. A label without a value is the same as no label. */
export type Labels = Readonly<Record<string, LabelValue | readonly LabelValue[] | undefined>>;

export interface ResourceDocument<Wanted = unknown, Actual = unknown> {
  readonly key: ResourceKey;
  /** A ULID that is never used again: a new document under an old name has another id. Also the order of creation. */
  readonly id: string;
  /** 1 when made, one more with every write. */
  readonly version: number;
  /** The number of the document's shape, for `upgrade` in defineResource. */
  readonly schema: number;
  /** What it belongs to, in the words of the frame; `list` can ask for it. */
  readonly parent?: string;
  /** Who made it: the ARN of the caller, or of the document that the service acted for. */
  readonly origin?: string;
  readonly status?: string;
  /** Milliseconds since 1970 UTC. */
  readonly created: number;
  readonly modified: number;
  /** What lists filter and sort by beyond the members above. A list of values is found by each of them. */
  readonly labels?: Labels;
  /** What was asked for. */
  readonly wanted: Wanted;
  /** What is. */
  readonly actual: Actual;
}

/** The most bytes that `wanted` and `actual` of a document have as JSON, and the detail of an event. */
export const mostDocumentBytes = 1 << 20;
export const mostEventBytes = 256 << 10;

/** One part of a batch. `expected` is the version that must be there, or "absent". */
export type ResourceChange =
  | { readonly put: Omit<ResourceDocument, "version">; readonly expected: number | "absent" }
  | { readonly delete: ResourceKey; readonly expected: number }
  /** Writes nothing and has no entry in the feed: the batch is refused when the document is not as expected. */
  | { readonly require: ResourceKey; readonly expected: number | "absent" | "present" };

/** Returns the key that a change is about. */
export const changedKey = (change: ResourceChange): ResourceKey =>
  "put" in change ? change.put.key : "delete" in change ? change.delete : change.require;

/** What a change means beyond the document's status. Kept in the feed, after the changes of its batch. */
export interface ResourceEvent {
  readonly type: string;
  /** The document that it is about. */
  readonly key: ResourceKey;
  /** JSON. */
  readonly detail: unknown;
}

/** `after` and `before` are exclusive as in AWS's lists, `from` and `to` inclusive. An empty range takes any value. */
export interface Range<Value> {
  readonly after?: Value;
  readonly before?: Value;
  readonly from?: Value;
  readonly to?: Value;
}

/** Matched without regard to the case of the letters A to Z. */
export interface LabelContains {
  readonly contains: string;
}

export type SortBy = "name" | "created" | "modified" | "status" | `label:${string}`;

export interface ResourceQuery {
  /** Left out: of every account, of every region (what the server itself needs at start). */
  readonly account?: string;
  readonly region?: string;
  readonly parent?: string;
  /** Who made the documents. An index has those that were made for a document; not those of callers, by STS or IAM. */
  readonly origin?: string;
  /** A list stands for any of its statuses. */
  readonly status?: string | readonly string[];
  /** Matched without regard to the case of the letters A to Z. */
  readonly nameContains?: string;
  /** Matched with regard to case, anywhere in the name. */
  readonly nameIncludes?: string;
  /** Matched with regard to case. */
  readonly namePrefix?: string;
  /** A document with several values of a label matches when one of them does. */
  readonly labels?: Readonly<Record<string, LabelValue | Range<LabelValue> | LabelContains | undefined>>;
  /** Milliseconds. */
  readonly created?: Range<number>;
  readonly modified?: Range<number>;
  /**
   * Default: created. Documents that are equal in it are in the order of creation, so the order is total and paging is
   * exact. One without the label or status comes before all that have it; one with several values goes by the smallest.
   */
  readonly sort?: { readonly by: SortBy; readonly descending?: boolean };
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
  /**
   * Set when the entry tells of an event: id, version, parent and status are then the document's after the batch; id ""
   * and version 0 when there is none.
   */
  readonly event?: { readonly type: string; readonly detail: unknown };
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
      `${keyWords(key)} is ${found === "absent" ? "absent" : `at version ${found}`}, which is not what the write expected`,
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
    super(`${claim.owner} no longer holds ${keyWords(claim.key)}: it has been claimed since`);
    this.name = "ClaimLost";
    this.claim = claim;
  }
}

/** How long an entry of the change feed is kept at least; one that a follower has not passed is kept longer. */
export const feedDays = 7;

export interface ResourceStore {
  /** The document, shared and frozen: a change of it is a copy. */
  get(key: ResourceKey): Promise<ResourceDocument | undefined>;
  /** `query.after` that no page of this list gave throws a RangeError. */
  list(kind: string, query: ResourceQuery): Promise<ResourcePage>;
  /**
   * One atomic batch, durable when it returns; throws Conflict, and a Fault for a document or an event that is too
   * large. Returns the sequence number of its last feed entry; for an empty batch, that of the last entry there is,
   * which is where to begin with `changes`. `wanted` and `actual` are JSON: what JSON cannot say (undefined, dates) is
   * not kept as it was. With `sync: false` it returns once the batch is written: that survives the end of the process at
   * once, and a power cut after a second, or with the next batch.
   */
  write(
    changes: readonly ResourceChange[],
    options?: { readonly claim?: Claim; readonly events?: readonly ResourceEvent[]; readonly sync?: boolean },
  ): Promise<{ readonly sequence: number }>;
  /**
   * Entries after that sequence number, oldest first. With `wait`, an empty answer is held back until there is an
   * entry, the signal aborts, or the store is closed. "latest": only what is written after this call. A sequence older
   * than the feed keeps throws a RangeError: the reader lists again.
   */
  changes(after: number | "latest", limit: number, wait?: AbortSignal): Promise<readonly FeedEntry[]>;
  /**
   * Calls `changed` after each commit that changed one of these documents (made, written or deleted), after `clear` and
   * at `close`. It must not throw. Returns the function that ends the watch. Costs nothing while nothing changes.
   */
  watch(keys: readonly ResourceKey[], changed: () => void): () => void;
  /**
   * The sequence up to which that follower has read. A new one begins at the end of the feed, durably; from then on the
   * feed keeps what the follower has not passed.
   */
  cursor(follower: string): Promise<number>;
  /** Moves a cursor forward; a sequence that the feed has not reached throws a RangeError. */
  advance(follower: string, sequence: number): Promise<void>;
  /** Followers of other names no longer hold entries back. */
  forgetFollowers(known: readonly string[]): Promise<void>;
  /** undefined when another owner holds an unexpired lease. */
  claim(key: ResourceKey, owner: string, seconds: number): Promise<Claim | undefined>;
  /** Deletes every document; the feed goes on, with an entry for each deletion. This is what `reset` does. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const documentsAtOnce = 1_000;

/** Yields every document of a list, a page at a time. */
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
