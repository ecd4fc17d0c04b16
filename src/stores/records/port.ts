/**
 * The record store keeps what a user may have millions of: small values, each found by its key. A space holds the records
 * that belong together, in the order of their keys. A record is in no change feed and has no labels.
 */

export interface RecordChange {
  readonly space: string;
  readonly key: string;
  /** Undefined removes the record. */
  readonly value?: string | undefined;
  /** What must be there for the batch to be written; anything when left out. `is` names the value itself. */
  readonly expected?: "absent" | "present" | { readonly is: string };
}

/** A write met a record that it did not expect, none, or another value. Nothing of its batch was written. */
export class RecordConflict extends Error {
  readonly key: string;
  /** What is there instead. */
  readonly found: "absent" | "present";
  constructor(key: string, found: "absent" | "present") {
    super(`The record is ${found}, which is not what the write expected`);
    this.name = "RecordConflict";
    this.key = key;
    this.found = found;
  }
}

/** Returns whether what was found is what a change expects. */
export const isExpected = (found: string | undefined, expected: RecordChange["expected"]): boolean =>
  expected === undefined ||
  (typeof expected === "object" ? found === expected.is : (found === undefined) === (expected === "absent"));

/** Called with each key. Returns the key from which to go on, undefined for the next one, or "end". */
export type KeyVisitor = (key: string) => { readonly from: string } | "end" | undefined;

export interface KeyRange {
  readonly from?: string | undefined;
  /** Excluded. */
  readonly before?: string | undefined;
}

/** Texts are in the order of their UTF-8 bytes. */
export interface RecordStore {
  /** Returns the values of some keys, in their order; undefined where there is no record. */
  get(space: string, keys: readonly string[]): Promise<(string | undefined)[]>;
  /** The same values as bytes of UTF-8, for those that are sent on as they are. The bytes are the reader's own. */
  getBytes(space: string, keys: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /**
   * Visits the keys of a range, in order and without their values. Where a visitor names a later key, those between cost
   * nothing. Records that are written meanwhile may be visited or not.
   */
  scan(space: string, range: KeyRange, visit: KeyVisitor): Promise<void>;
  /**
   * Writes one atomic batch, durable when it returns.
   * @throws RecordConflict when a record is not as expected
   */
  write(changes: readonly RecordChange[]): Promise<void>;
  /** Removes the records of a space, some at a time: after a kill some may be left. */
  drop(space: string): Promise<void>;
  /** The names of spaces with records that begin with a text, in their order. */
  spaces(prefix: string, after: string | undefined, limit: number): Promise<readonly string[]>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
