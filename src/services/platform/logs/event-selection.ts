import type { JournalStore } from "../../../stores/journals/port.ts";
import { journalOf, type LogStream } from "./log-documents.ts";

/** Where an event stands among all others: by its time, then by stream, then as it came in. */
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

const chunkSize = 10_000;
/** An answer holds at most 1 MiB, counted as PutLogEvents counts. */
const pageBytes = 1_048_576;
export const eventOverheadBytes = 26;

/**
 * The first events of a selection, in its direction, and whether more match. Events need not lie in the journal in order
 * of time, so the streams are read through; what is kept at once is a few pages, however long they are.
 */
export async function selectEvents(
  journals: JournalStore,
  { streams, from = 0, beyond, descending, limit, startTime, endTime, test }: EventSelection,
): Promise<{ events: SelectedEvent[]; more: boolean; complete: boolean; next: number }> {
  const sign = descending ? -1 : 1;
  let kept: SelectedEvent[] = [];
  let more = false;
  /** No event was left out for coming too late: what a forward reader need not read again. */
  let complete = true;
  let next = from;
  const cut = () => {
    kept.sort((a, b) => sign * compare(a, b));
    if (kept.length > limit) more = true;
    kept.length = Math.min(kept.length, limit);
  };

  // A stream whose events all lie outside these is not read at all.
  const begin = Math.max(startTime ?? -Infinity, beyond && !descending ? beyond.time : -Infinity);
  const end = Math.min(endTime ?? Infinity, beyond && descending ? beyond.time : Infinity);
  for (const stream of streams) {
    const journal = journalOf(stream);
    const extent = await journals.summary(journal);
    if (extent?.firstTime === undefined || extent.firstTime > end) continue;
    if (extent.lastTime === undefined || extent.lastTime < begin) continue;
    for (let position = from; ; ) {
      const entries = await journals.read(journal, position, chunkSize);
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
        else if (!test || test(entry.data)) kept.push(event);
      }
      if (kept.length > 2 * limit + chunkSize) cut();
      if (entries.length === 0) break;
      position = entries.at(-1)!.position + 1;
      next = position;
    }
  }
  cut();

  let bytes = 0;
  const fitting = kept.findIndex((event) => {
    bytes += Buffer.byteLength(event.message) + eventOverheadBytes;
    return bytes > pageBytes;
  });
  // One event alone always fits: none is larger than what PutLogEvents takes.
  if (fitting > 0) {
    kept = kept.slice(0, fitting);
    more = true;
  }
  return { events: kept, more, complete: complete && !more, next };
}
