import { eventOverheadBytes } from "../../../runs/put-log-events.ts";
import type { JournalStore } from "../../../stores/journals/port.ts";
import { readWindow } from "../../../stores/journals/window.ts";
import { journalOf, type LogStream } from "./log-documents.ts";

/** The place of an event in the order of all events: by time, then by stream, then by position. */
export interface EventPlace {
  readonly time: number;
  /** The id of the stream's document. */
  readonly stream: string;
  readonly position: number;
}

export interface SelectedEvent extends EventPlace {
  readonly logStreamName: string;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly ingested: number;
}

export interface EventSelection {
  readonly streams: readonly LogStream[];
  /** Position in the journal to read from, for every stream. Default 0. */
  readonly from?: number;
  /** Only events beyond this place, in the direction of reading. */
  readonly beyond?: EventPlace;
  /** From the latest to the earliest. */
  readonly descending?: boolean;
  readonly limit: number;
  /** Milliseconds, inclusive. */
  readonly startTime?: number;
  readonly endTime?: number;
  test?(message: string): boolean;
}

const compare = (a: EventPlace, b: EventPlace): number =>
  a.time - b.time || (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : a.position - b.position);

/** An answer holds at most 1 MiB, counted as PutLogEvents counts. */
const pageBytes = 1_048_576;
const sizeOf = (message: string): number => Buffer.byteLength(message) + eventOverheadBytes;

export interface SelectedEvents {
  readonly events: SelectedEvent[];
  /** More events match than are returned. */
  readonly more: boolean;
  /** For one stream read forward: every event before this position is returned, or lies outside the selection. */
  readonly read: number;
}

/**
 * Finds the first events of a selection, in the direction of reading. A stream whose times never decrease, as in nearly
 * all, is read only within the selection; any other is read whole. At most a few pages are held in memory, however long
 * the streams are.
 */
export async function selectEvents(
  journals: JournalStore,
  { streams, from = 0, beyond, descending = false, limit, startTime, endTime, test }: EventSelection,
): Promise<SelectedEvents> {
  const sign = descending ? -1 : 1;
  let kept: SelectedEvent[] = [];
  let more = false;
  let read = from;
  /** No event was skipped for a time after `endTime`, so a forward reader need not read any of them again. */
  let complete = true;
  let inOrder = true;
  const cut = () => {
    kept.sort((a, b) => sign * compare(a, b));
    if (kept.length > limit) more = true;
    kept.length = Math.min(kept.length, limit);
  };

  const begin = Math.max(startTime ?? -Infinity, beyond && !descending ? beyond.time : -Infinity);
  const end = Math.min(endTime ?? Infinity, beyond && descending ? beyond.time : Infinity);
  for (const stream of streams) {
    const journal = journalOf(stream);
    const extent = await journals.summary(journal);
    if (extent?.firstTime === undefined || extent.firstTime > end) continue;
    if (extent.lastTime === undefined || extent.lastTime < begin) continue;
    inOrder &&= extent.ordered;
    let [matching, bytes] = [0, 0];
    for await (const entries of readWindow(journals, journal, extent, { from, begin, end, descending })) {
      for (const entry of entries) {
        const event = {
          time: entry.time,
          stream: stream.id,
          position: entry.position,
          logStreamName: stream.wanted.logStreamName,
          message: entry.data,
          ingested: entry.appended,
        };
        if (endTime !== undefined && entry.time > endTime) complete = false;
        else if (startTime !== undefined && entry.time < startTime) continue;
        else if (beyond && sign * compare(event, beyond) <= 0) continue;
        else if (!test || test(entry.data)) {
          kept.push(event);
          matching++;
          bytes += sizeOf(entry.data);
        }
      }
      if (entries.length > 0) read = entries.at(-1)!.position + 1;
      if (extent.ordered && (matching > limit || bytes > pageBytes)) break;
      if (kept.length > 3 * limit) cut();
    }
  }
  cut();

  let bytes = 0;
  const fitting = kept.findIndex(({ message }) => {
    bytes += sizeOf(message);
    return bytes > pageBytes;
  });
  // One event alone always fits: none is larger than what PutLogEvents takes.
  if (fitting > 0) {
    kept = kept.slice(0, fitting);
    more = true;
  }
  if (inOrder && kept.length > 0) read = kept.at(-1)!.position + 1;
  else if (more || !complete) read = from;
  return { events: kept, more, read };
}
