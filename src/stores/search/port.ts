import type { ResourceKey } from "../resources/port.ts";

/**
 * The search index keeps, for each document of a kind that can be searched, the values of its properties. It is derived
 * from the documents: what it lost is made anew from them, and a document is always read where it is kept.
 */

/** The documents that are searched together: those of a kind in one account and region. */
export interface SearchSpace {
  readonly account: string;
  readonly region: string;
  readonly kind: string;
}

/** One value of a property. A property has several where it is in a list, or is a list. */
export interface PropertyValue {
  /** The names of the members that lead to it, joined by dots: "InputDataConfig.ChannelName". */
  readonly path: string;
  /** The element of the list that it is in, counted from 0; 0 outside of lists. Within several lists: of the outermost. */
  readonly item: number;
  readonly text?: string;
  /** Of numbers, of texts that are numbers, and of times in milliseconds since 1970. */
  readonly number?: number;
}

export interface SearchEntry {
  readonly space: SearchSpace;
  /** The name in the document's key. */
  readonly name: string;
  readonly id: string;
  readonly values: readonly PropertyValue[];
}

/** What is asked of one value. */
export type ValueTest =
  | { readonly is: "there" }
  | { readonly is: "equal"; readonly text: string }
  | { readonly is: "one of"; readonly texts: readonly string[] }
  | { readonly is: "containing"; readonly text: string }
  /** `whole`: the value is compared without what is behind its decimal point. */
  | { readonly is: NumberRelation; readonly number: number; readonly whole?: boolean };

export type NumberRelation = "=" | ">" | ">=" | "<" | "<=";

/** A property of which one value passes a test. The path of a structure or list that has values is "there". */
export interface PropertyCondition {
  readonly path: string;
  readonly test: ValueTest;
  /** No value passes the test. */
  readonly not?: boolean;
}

export type SearchCondition =
  | PropertyCondition
  | { readonly all: readonly SearchCondition[] }
  | { readonly any: readonly SearchCondition[] }
  /** One element of the list at that path meets all conditions. */
  | { readonly elementOf: string; readonly all: readonly PropertyCondition[] };

export interface SearchQuery {
  readonly where: SearchCondition;
  /** Entries without the property come last. Those that are equal in it go by their ids. */
  readonly sort: { readonly path: string; readonly descending: boolean };
  /** The `next` of the page before; `find` throws a RangeError for anything else. */
  readonly after?: string;
  readonly limit: number;
}

export interface SearchPage {
  readonly found: readonly Pick<SearchEntry, "name" | "id">[];
  /** How many there are on all pages. */
  readonly total: number;
  readonly next?: string;
}

export interface SearchIndex {
  /**
   * Returns whether the entries of a kind are those of all its documents, made in this form; the index is followed from
   * then on.
   */
  isWhole(kind: string, form: string): boolean;
  /** Makes the entries of a kind anew. Until it is done the kind is not whole. */
  rebuild(kind: string, form: string, entries: AsyncIterable<SearchEntry>): Promise<void>;
  /** Replaces an entry. */
  put(entry: SearchEntry): Promise<void>;
  remove(space: SearchSpace, name: string): Promise<void>;
  find(space: SearchSpace, query: SearchQuery): SearchPage;
  /** The paths with values, in their order. */
  paths(space: SearchSpace, prefix: string, limit: number): readonly string[];
  /**
   * Does work alone: work that reads a document and writes its entry would else overwrite an entry with what was read
   * before.
   */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Keys of documents that could not be described when they were to be indexed, by their texts: they have no entry, and
   * are tried again with the next search. Not kept across starts.
   */
  readonly missed: Map<string, ResourceKey>;
  clear(): Promise<void>;
  close(): void;
}
