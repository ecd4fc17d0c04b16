import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { openDatabase } from "../database.ts";
import { type DiskReserve, noReserve } from "../disk-reserve.ts";
import { createGroupCommit, syncFile } from "../group-commit.ts";
import { DamagedStore, storageFault } from "../storage-fault.ts";
import { joinNeighbours, parseEntries, toChunk } from "./chunk-text.ts";
import { folderPage } from "./folder-page.ts";
import { type Chunk, createJournalIndex, journalSchema } from "./journal-index.ts";
import type { JournalEntry, JournalStore } from "./port.ts";
import { createSegmentFiles } from "./segment-files.ts";
import { createStreamWaiters } from "./stream-waiters.ts";
import { createWrittenAppends } from "./written-appends.ts";

/** A tail that reaches this many characters or chunks is moved to a segment file. */
const sealCharacters = 1 << 20;
const sealChunks = 2_000;
/** Chunks looked up at a time by a read. */
const readChunks = 64;

/**
 * The journal store of one machine. An append goes to the tail of its stream in an SQLite index, so that appends to any
 * number of streams share one sync and a small stream needs no file. A tail that has grown is moved, while appends go
 * on, to a segment file that is written once and never changed; a crash in between changes nothing. An append without
 * a sync is first a line of a log, and goes to the index with others.
 */
export function createFileJournalStore(options: {
  readonly folder: string;
  readonly clock: Clock;
  /** Of the folder's disk. */
  readonly reserve?: DiskReserve;
}): JournalStore {
  const { folder, clock, reserve = noReserve } = options;
  const segmentFolder = join(folder, "segments");
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw storageFault(error, folder);
  }
  const database = openDatabase(join(folder, "index.sqlite"), journalSchema);
  const index = createJournalIndex(database);
  const segments = createSegmentFiles(segmentFolder);
  const waiters = createStreamWaiters();
  const written = createWrittenAppends({
    ...{ folder, index, reserve },
    syncIndex: () => syncFile(`${database.name}-wal`),
    commits: () => commits,
    grown: sealWhenGrown,
  });
  const commits = createGroupCommit(database, { reserve, committed: written.committed });

  /** Moves tails and removes files, one at a time. A later append or the next opening repeats what fails. */
  let background = settle()
    .then(sweep)
    .catch(() => {});
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
    const merged = joinNeighbours(chunks, ([first], joined) => ({ ...first!, ...joined }));
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

  /** How many appends of a stream wait for their commit: what is appended meanwhile comes after them. */
  const underWay = new Map<string, number>();

  /** Has the index know all of a stream, or of all streams. */
  async function settle(stream?: string): Promise<void> {
    if (written.waits(stream)) await commits.run(written.apply, { sync: false });
  }

  /** Changes a stream of which the index knows all. */
  const change = <T>(stream: string, work: () => T, options?: Parameters<typeof commits.run>[1]) =>
    commits.run(() => {
      if (written.waits(stream)) written.apply();
      return work();
    }, options);

  return {
    async append(stream, entries, options) {
      if (entries.length === 0) return written.next(stream) ?? 0;
      const chunk = toChunk(entries, clock.now());
      if (options?.sync === false && !underWay.has(stream)) {
        const position = written.append(stream, chunk);
        waiters.reached(stream, position + chunk.count);
        await written.room();
        return position;
      }
      underWay.set(stream, (underWay.get(stream) ?? 0) + 1);
      const position = await change(stream, () => index.append(stream, chunk), options).finally(() => {
        const left = underWay.get(stream)! - 1;
        if (left > 0) underWay.set(stream, left);
        else underWay.delete(stream);
      });
      waiters.reached(stream, position + chunk.count);
      sealWhenGrown(stream);
      return position;
    },

    async read(stream, from, limit) {
      await settle(stream);
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
      if ((written.next(stream) ?? 0) <= after) await waiters.wait(stream, after, signal);
    },

    async make(stream) {
      await change(stream, () => index.make(stream));
    },

    async summary(stream) {
      await settle(stream);
      return index.summary(stream);
    },

    async streams(prefix, after, limit) {
      await settle();
      return index.names(prefix, after ?? "", limit);
    },

    async folder(folder) {
      await settle();
      return index.folder(folder);
    },

    async byTime(folder, query) {
      await settle();
      return folderPage(folder, query, (beyond, limit) => index.byTime(folder, beyond, query.descending, limit));
    },

    async trim(stream, before, { dropEmpty = before === Number.POSITIVE_INFINITY } = {}) {
      const { dropped, files } = await change(stream, () => index.trim(stream, before, dropEmpty), {
        storesNothing: true,
      });
      if (dropped) waiters.end(stream);
      await remove(files);
    },

    async clear() {
      await settle();
      const files = await commits.run(() => index.clear(), { storesNothing: true });
      waiters.end();
      await remove(files);
    },

    async close() {
      waiters.end();
      await settle().catch(() => {});
      await background;
      commits.close();
      database.close();
      await written.close();
    },
  };
}
