import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { openDatabase } from "../database.ts";
import type { DiskReserve } from "../disk-reserve.ts";
import { createGroupCommit } from "../group-commit.ts";
import { DamagedStore, storageFault } from "../storage-fault.ts";
import { folderPage } from "./folder-page.ts";
import { type Chunk, type ChunkRange, createJournalIndex, journalSchema } from "./journal-index.ts";
import type { JournalEntry, JournalStore } from "./port.ts";
import { createSegmentFiles } from "./segment-files.ts";
import { createStreamWaiters } from "./stream-waiters.ts";

/** A tail that reaches this many characters or chunks is moved to a segment file. */
const sealCharacters = 1 << 20;
const sealChunks = 2_000;
/** The pieces of a segment file are at least this long: what a read of one entry costs. */
const pieceCharacters = 64 << 10;
/** Chunks looked up at a time by a read. */
const readChunks = 64;

/**
 * The journal store of one machine. An append goes to the tail of its stream in an SQLite index, so that appends to any
 * number of streams share one sync and a small stream needs no file. A tail that has grown is moved, while appends go
 * on, to a segment file that is written once and never changed; a crash in between changes nothing.
 */
export function createFileJournalStore(options: {
  readonly folder: string;
  readonly clock: Clock;
  /** Of the folder's disk. */
  readonly reserve?: DiskReserve;
}): JournalStore {
  const { folder, clock } = options;
  const segmentFolder = join(folder, "segments");
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw storageFault(error, folder);
  }
  const database = openDatabase(join(folder, "index.sqlite"), journalSchema);
  const index = createJournalIndex(database);
  const commits = createGroupCommit(database, { reserve: options.reserve });
  const segments = createSegmentFiles(segmentFolder);
  const waiters = createStreamWaiters();

  /** Moves tails and removes files, one at a time. A later append or the next opening repeats what fails. */
  let background = sweep().catch(() => {});
  const sealing = new Set<string>();

  async function sweep(): Promise<void> {
    const known = index.files();
    await segments.sweep((file) => known.has(file));
  }

  function sealWhenGrown(stream: string): void {
    const { tailChunks, tailCharacters } = index.find(stream) ?? { tailChunks: 0, tailCharacters: 0 };
    if (sealing.has(stream) || (tailChunks < sealChunks && tailCharacters < sealCharacters)) return;
    sealing.add(stream);
    background = background
      .then(() => seal(stream))
      .catch(() => {})
      .finally(() => sealing.delete(stream));
  }

  async function seal(name: string): Promise<void> {
    const stream = index.find(name);
    if (!stream) return;
    const chunks = index.tail(stream.id);
    if (chunks.length === 0) return;
    const merged = merge(chunks);
    const file = `${stream.id}-${chunks[0]!.first}`;
    const pieces = await segments.write(
      file,
      merged.map(({ text }) => text),
    );
    const sealed = merged.map((chunk, place) => ({ ...chunk, ...pieces[place]! }));
    if (!(await commits.run(() => index.seal(stream.id, chunks, sealed)))) await segments.remove([file]);
  }

  async function remove(files: readonly string[]): Promise<void> {
    background = background.then(() => segments.remove(files)).catch(() => {});
    await background;
  }

  /** Returns the entries of chunks; undefined when a trim has removed one of their files. */
  async function entriesOf(chunks: readonly Chunk[]): Promise<JournalEntry[] | undefined> {
    const entries: JournalEntry[] = [];
    for (const chunk of chunks) {
      try {
        const text = chunk.text ?? (await segments.read(chunk));
        for (const entry of parseEntries(text, chunk.first)) entries.push(entry);
      } catch (error) {
        if ((error as { code?: string }).code === "ENOENT") {
          if (!index.isUsed(chunk.file!)) return undefined;
          throw new DamagedStore(join(segmentFolder, chunk.file!), "the file is missing", error);
        }
        throw storageFault(error, segmentFolder);
      }
    }
    return entries;
  }

  return {
    async append(stream, entries, options) {
      if (entries.length === 0) return index.find(stream)?.next ?? 0;
      const chunk = toChunk(entries, clock.now());
      const position = await commits.run(() => index.append(stream, chunk), options);
      waiters.reached(stream, position + chunk.count);
      sealWhenGrown(stream);
      return position;
    },

    async read(stream, from, limit) {
      const found = index.find(stream);
      const entries: JournalEntry[] = [];
      let position = Math.max(from, 0);
      while (found && entries.length < limit) {
        const missing = limit - entries.length;
        const chunks = index.chunks(found.id, position, readChunks);
        // Reads no more chunks than hold the missing entries.
        const end = chunks.findIndex(({ first, count }) => first + count >= position + missing);
        const part = await entriesOf(end < 0 ? chunks : chunks.slice(0, end + 1));
        if (!part) continue;
        const wanted = part.filter((entry) => entry.position >= position).slice(0, missing);
        if (wanted.length === 0) break;
        for (const entry of wanted) entries.push(entry);
        position = wanted.at(-1)!.position + 1;
      }
      return entries;
    },

    async wait(stream, after, signal) {
      if ((index.find(stream)?.next ?? 0) <= after) await waiters.wait(stream, after, signal);
    },

    async make(stream) {
      await commits.run(() => index.make(stream));
    },

    async summary(stream) {
      return index.summary(stream);
    },

    async streams(prefix, after, limit) {
      return index.names(prefix, after ?? "", limit);
    },

    async folder(folder) {
      return index.folder(folder);
    },

    async byTime(folder, query) {
      return folderPage(folder, query, (beyond, limit) => index.byTime(folder, beyond, query.descending, limit));
    },

    async trim(stream, before, { dropEmpty = before === Number.POSITIVE_INFINITY } = {}) {
      const { dropped, files } = await commits.run(() => index.trim(stream, before, dropEmpty), {
        storesNothing: true,
      });
      if (dropped) waiters.end(stream);
      await remove(files);
    },

    async clear() {
      const files = await commits.run(() => index.clear(), { storesNothing: true });
      waiters.end();
      await remove(files);
    },

    async close() {
      waiters.end();
      await background;
      commits.close();
      database.close();
    },
  };
}

/** Entries as `[time,appended,"data"],[...]`: JSON without the outer brackets, so that chunks are joined by a comma. */
function toChunk(entries: readonly { readonly time: number; readonly data: string }[], appended: number) {
  let earliest = Number.POSITIVE_INFINITY;
  let latest = Number.NEGATIVE_INFINITY;
  let sizeBytes = 0;
  let ordered = true;
  for (const { time, data } of entries) {
    ordered &&= time >= latest;
    earliest = Math.min(earliest, time);
    latest = Math.max(latest, time);
    sizeBytes += Buffer.byteLength(data);
  }
  const text = entries.map(({ time, data }) => JSON.stringify([time, appended, data])).join();
  return { text, appended, count: entries.length, sizeBytes, earliest, latest, ordered };
}

function parseEntries(text: string, first: number): JournalEntry[] {
  const rows = JSON.parse(`[${text}]`) as [time: number, appended: number, data: string][];
  return rows.map(([time, appended, data], place) => ({ position: first + place, time, appended, data }));
}

type TextChunk = ChunkRange & { readonly text: string };

/** Joins neighbours until each is as long as a piece should be. */
function merge(chunks: readonly TextChunk[]): TextChunk[] {
  const merged: TextChunk[] = [];
  let group: TextChunk[] = [];
  let characters = 0;
  for (const [place, chunk] of chunks.entries()) {
    group.push(chunk);
    characters += chunk.text.length;
    if (characters < pieceCharacters && place < chunks.length - 1) continue;
    merged.push({
      first: group[0]!.first,
      count: group.reduce((sum, { count }) => sum + count, 0),
      sizeBytes: group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      earliest: group.reduce((time, { earliest }) => Math.min(time, earliest), Number.POSITIVE_INFINITY),
      latest: group.reduce((time, { latest }) => Math.max(time, latest), Number.NEGATIVE_INFINITY),
      text: group.map(({ text }) => text).join(),
    });
    group = [];
    characters = 0;
  }
  return merged;
}
