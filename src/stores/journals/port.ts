import { unitSeparator } from "../../base/unit-separator.ts";

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
  /** When the latest entry was appended, even if it is trimmed by now; undefined when none was ever appended. */
  readonly lastAppended?: number;
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
 * Joins a folder and the rest of a stream's name, in names of streams that lie in a folder. What follows the first one
 * may hold more of them. No AWS name holds it.
 */
export const folderMark = unitSeparator;

export interface FolderSummary {
  /** How many streams lie in it. */
  readonly streams: number;
  /** Of the data of their stored entries, in UTF-8. */
  readonly sizeBytes: number;
}

export interface FolderQuery {
  /** Default false: the earliest first. */
  readonly descending?: boolean;
  /** The `next` of the page before; anything else throws a RangeError. */
  readonly after?: string;
  readonly limit: number;
}

export interface FolderPage {
  readonly streams: readonly string[];
  /** Only when there are more. */
  readonly next?: string;
}

/**
 * The journal store keeps append-only streams: log streams, metric points, the audit trail. A stream is made by its
 * first append, or by `make`.
 */
export interface JournalStore {
  /**
   * Appends all of the entries or none. They are durable when it returns; with `sync: false` they are written, so that
   * they survive the end of the process, and synced within a second. Returns the position of the first entry appended.
   * Without entries no stream is made.
   */
  append(stream: string, entries: readonly NewEntry[], options?: { readonly sync?: boolean }): Promise<number>;
  /** Returns up to `limit` entries from that position on, in order of position. An unknown stream reads as empty. */
  read(stream: string, from: number, limit: number): Promise<readonly JournalEntry[]>;
  /**
   * Resolves when an entry at that position or after it is there; also when the signal aborts, and when the stream is
   * dropped or the store closed while it waits. Appends to other streams do not wake it.
   */
  wait(stream: string, after: number, signal: AbortSignal): Promise<void>;
  /** Makes a stream without entries, durably. One that is there stays as it is. */
  make(stream: string): Promise<void>;
  /** Returns undefined for a stream that does not exist. */
  summary(stream: string): Promise<JournalSummary | undefined>;
  /** Returns the names of the streams that start with a prefix, ascending by their UTF-8 bytes. */
  streams(prefix: string, after: string | undefined, limit: number): Promise<readonly string[]>;
  /** Returns what the streams of a folder come to, at the same cost however many they are. */
  folder(folder: string): Promise<FolderSummary>;
  /**
   * Returns the names of the streams of a folder in the order of the latest times of their stored entries, then of
   * their names; those without entries are the earliest. A page costs what it holds. A stream whose latest time changes
   * while a reader pages may be missed or come twice; every other one comes once.
   */
  byTime(folder: string, query: FolderQuery): Promise<FolderPage>;
  /**
   * Drops the entries before that position, as far as whole segments lie before it: `first` says what is left. Infinity
   * drops the stream, and so does `dropEmpty` when no entry is left; without it positions go on counting.
   */
  trim(stream: string, before: number, options?: { readonly dropEmpty?: boolean }): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
