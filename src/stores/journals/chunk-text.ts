import type { JournalEntry, NewEntry } from "./port.ts";

/** The pieces of a segment file are at least this long: what a read of one entry costs. */
const pieceCharacters = 64 << 10;

/** What is known of a chunk without reading its text. */
export interface ChunkRange {
  readonly first: number;
  readonly count: number;
  /** Of the data, in UTF-8. */
  readonly sizeBytes: number;
  readonly earliest: number;
  readonly latest: number;
}

/** Entries that are appended together. */
export interface NewChunk extends Omit<ChunkRange, "first"> {
  /** Entries as `[time,appended,"data"],[...]`: JSON without the outer brackets, so that chunks are joined by a comma. */
  readonly text: string;
  readonly appended: number;
  readonly ordered: boolean;
}

export function toChunk(entries: readonly NewEntry[], appended: number): NewChunk {
  let sizeBytes = 0;
  for (const { data } of entries) sizeBytes += Buffer.byteLength(data);
  const text = entries.map(({ time, data }) => JSON.stringify([time, appended, data])).join();
  return { text, appended, count: entries.length, sizeBytes, ...timesOf(entries) };
}

/** Returns the chunk of a text, as it was made. */
export function chunkOf(text: string): NewChunk {
  const entries = parseEntries(text, 0);
  const sizeBytes = entries.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0);
  return { text, appended: entries.at(-1)!.appended, count: entries.length, sizeBytes, ...timesOf(entries) };
}

function timesOf(entries: readonly { readonly time: number }[]) {
  let earliest = Number.POSITIVE_INFINITY;
  let latest = Number.NEGATIVE_INFINITY;
  let ordered = true;
  for (const { time } of entries) {
    ordered &&= time >= latest;
    earliest = Math.min(earliest, time);
    latest = Math.max(latest, time);
  }
  return { earliest, latest, ordered };
}

export function parseEntries(text: string, first: number): JournalEntry[] {
  const rows = JSON.parse(`[${text}]`) as [time: number, appended: number, data: string][];
  return rows.map(([time, appended, data], place) => ({ position: first + place, time, appended, data }));
}

type WithText = Omit<ChunkRange, "first"> & { readonly text: string };

/** Joins neighbours until each is as long as a piece should be; `join` makes one of several. */
export function joinNeighbours<Chunk extends WithText>(
  chunks: readonly Chunk[],
  join: (group: readonly Chunk[], joined: WithText) => Chunk,
): Chunk[] {
  const joined: Chunk[] = [];
  let group: Chunk[] = [];
  let characters = 0;
  for (const [place, chunk] of chunks.entries()) {
    group.push(chunk);
    characters += chunk.text.length;
    if (characters < pieceCharacters && place < chunks.length - 1) continue;
    joined.push(
      join(group, {
        count: group.reduce((sum, { count }) => sum + count, 0),
        sizeBytes: group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        earliest: group.reduce((time, { earliest }) => Math.min(time, earliest), Number.POSITIVE_INFINITY),
        latest: group.reduce((time, { latest }) => Math.max(time, latest), Number.NEGATIVE_INFINITY),
        text: group.map(({ text }) => text).join(),
      }),
    );
    group = [];
    characters = 0;
  }
  return joined;
}
