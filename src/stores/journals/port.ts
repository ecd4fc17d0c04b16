/** One entry of a stream. */
export interface JournalEntry {
  /** Position in its stream: 0, 1, 2, ... without gaps. */
  readonly position: number;
  /** Milliseconds since 1970 UTC, as the writer gave it. */
  readonly time: number;
  /** When it was appended. */
  readonly appended: number;
  readonly data: string;
}

export interface JournalSummary {
  /** Position of the first stored entry (it grows by trimming), and of the next one appended. */
  readonly first: number;
  readonly next: number;
  /** The earliest and the latest time of the stored entries; undefined when there is none. */
  readonly firstTime?: number;
  readonly lastTime?: number;
  /** When the latest entry was appended, also when that is trimmed. */
  readonly lastAppended: number;
  /** No entry was ever appended with an earlier time than one before it, so times can be found by bisection. */
  readonly ordered: boolean;
  /** Of the data of the stored entries, in UTF-8. */
  readonly sizeBytes: number;
}

export interface NewEntry {
  readonly time: number;
  readonly data: string;
}

/**
 * The journal store keeps append-only streams: log streams, metric points, the audit trail. A stream is made by its
 * first append.
 */
export interface JournalStore {
  /**
   * All of the entries or none. Durable when it returns; with `sync: false` it is written then, so that the end of the
   * process takes nothing, and synced within a second. Returns the position of the first entry appended. Nothing
   * appended makes no stream.
   */
  append(stream: string, entries: readonly NewEntry[], options?: { readonly sync?: boolean }): Promise<number>;
  /** Up to `limit` entries from that position on, in order of position. An unknown stream reads as empty. */
  read(stream: string, from: number, limit: number): Promise<readonly JournalEntry[]>;
  /**
   * Resolves when an entry at that position or after it is there; also when the signal aborts, and when the stream is
   * dropped or the store closed while it waits. Appends to other streams do not wake it.
   */
  wait(stream: string, after: number, signal: AbortSignal): Promise<void>;
  /** undefined for a stream that is not there. */
  summary(stream: string): Promise<JournalSummary | undefined>;
  /** Names of the streams that start with a prefix, ascending by their UTF-8 bytes. */
  streams(prefix: string, after: string | undefined, limit: number): Promise<readonly string[]>;
  /**
   * Drops the entries before that position, as far as whole segments lie before it: `first` says what is left. Infinity
   * drops the stream, and so does `dropEmpty` when no entry is left; without it positions go on counting.
   */
  trim(stream: string, before: number, options?: { readonly dropEmpty?: boolean }): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
