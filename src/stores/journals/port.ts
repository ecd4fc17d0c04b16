/**
 * The journal store keeps append-only streams: log streams, metric points, the audit trail. A stream is made by its
 * first append.
 */
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
  /** Stored entries; `first` and `next` are positions (`first` grows by trimming). */
  readonly first: number;
  readonly next: number;
  /** The earliest and the latest time of the stored entries; undefined when there is none. */
  readonly firstTime?: number;
  readonly lastTime?: number;
  readonly lastAppended?: number;
  /** No entry was ever appended with an earlier time than one before it: so a time can be searched for by halves. */
  readonly ordered: boolean;
  /** Of the data of the stored entries, in UTF-8. */
  readonly sizeBytes: number;
}

export interface JournalStore {
  /** Durable when it returns (concurrent appends share one sync). Gives the position of the first entry appended. Nothing appended makes no stream. */
  append(stream: string, entries: readonly { readonly time: number; readonly data: string }[]): Promise<number>;
  /** Up to `limit` entries from that position on, in order of position. An unknown stream reads as empty. */
  read(stream: string, from: number, limit: number): Promise<readonly JournalEntry[]>;
  /** undefined for a stream that was never written. */
  summary(stream: string): Promise<JournalSummary | undefined>;
  /** Names of the streams that start with a prefix, ascending by their UTF-8 bytes. */
  streams(prefix: string, after: string | undefined, limit: number): Promise<readonly string[]>;
  /** Drops the entries before that position (whole segments; `first` says what is left); Infinity drops the stream. */
  trim(stream: string, before: number): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
