import type { JournalEntry, JournalStore, JournalSummary } from "./port.ts";

/** The part of a stream that a reader wants: times in milliseconds, both ends inclusive. */
export interface StreamWindow {
  /** Position to read from; default 0. */
  readonly from?: number;
  readonly begin: number;
  readonly end: number;
  /** From the latest to the earliest; default false. */
  readonly descending?: boolean;
}

const chunkSize = 1_000;

/**
 * Reads the entries that may lie in a window, by chunks. A stream whose times never went back is read where the window
 * lies and in its direction, so a reader may stop as soon as it has enough; any other is read whole from `from` on. A
 * stream whose entries all lie outside is not read.
 */
export async function* readWindow(
  journals: JournalStore,
  journal: string,
  { first, next, ordered, firstTime = Infinity, lastTime = -Infinity }: JournalSummary,
  { from = 0, begin, end, descending = false }: StreamWindow,
): AsyncGenerator<readonly JournalEntry[]> {
  if (firstTime > end || lastTime < begin) return;
  const low = Math.max(from, first);
  if (!ordered) {
    yield* forward(journals, journal, low, next);
    return;
  }
  /** Returns the first position at or after `low` whose time is `time` or later; `next` when there is none. */
  const search = async (time: number): Promise<number> => {
    let [below, found] = [low - 1, next];
    // Pages follow each other, so the position is nearly always the first one.
    for (let probe = low; below + 1 < found; probe = Math.floor((below + found) / 2)) {
      const [entry] = await journals.read(journal, probe, 1);
      if (entry === undefined || entry.time >= time) found = probe;
      else below = probe;
    }
    return found;
  };
  const start = begin === Number.NEGATIVE_INFINITY ? low : await search(begin);
  // Times are whole milliseconds.
  const stop = end === Number.POSITIVE_INFINITY ? next : await search(end + 1);
  if (!descending) {
    yield* forward(journals, journal, start, stop);
    return;
  }
  for (let last = stop; last > start; last -= chunkSize) {
    const position = Math.max(start, last - chunkSize);
    yield (await journals.read(journal, position, last - position)).toReversed();
  }
}

async function* forward(journals: JournalStore, journal: string, start: number, stop: number) {
  for (let position = start; position < stop; ) {
    const entries = await journals.read(journal, position, Math.min(chunkSize, stop - position));
    if (entries.length === 0) return;
    yield entries;
    position = entries.at(-1)!.position + 1;
  }
}
