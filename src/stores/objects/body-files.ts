import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rm, rmdir } from "node:fs/promises";
import { join, sep } from "node:path";
import { Readable } from "node:stream";
import { checksumMakers } from "./checksums.ts";
import type { BodyDigests, BodyOptions, ByteRange } from "./port.ts";

/** A file of a body. An object made of parts has a segment for each part. */
export interface Segment {
  readonly id: string;
  readonly sizeBytes: number;
}

/** The size of a write, and of a read. */
const pieceBytes = 256 * 1024;

/**
 * The files of bodies, each written once: `bodies/<the first six characters of its id>/<id>`, so that a folder holds
 * the files begun within eighteen minutes. A crash leaves files without a row in the index; `sweep` removes them. Ids
 * are never reused, so a file needs no temporary name.
 */
export interface BodyFiles {
  path(id: string): string;
  /** Durable when it returns. Removes the file when the source fails or `check` refuses. */
  write(id: string, source: AsyncIterable<Uint8Array>, options: BodyOptions): Promise<BodyDigests>;
  /**
   * Reads these segments as one body. They are not removed until the stream closes. Call it in the turn in which they
   * were looked up: between turns they may be removed.
   */
  read(segments: readonly Segment[], range: ByteRange | undefined): Promise<Readable>;
  /** Removes the file: at once, or when its last reader has ended. */
  remove(id: string): Promise<void>;
  /** Resolves when the removals under way have ended. Removals that wait for a reader are not under way. */
  settled(): Promise<void>;
  /** Removes the unknown files whose ids are from `since` up to, not including, `until`. */
  sweep(since: string, until: string, known: (id: string) => boolean): Promise<void>;
}

/** `removed` is called after the file of a body is removed by `remove`. */
export function createBodyFiles(root: string, removed: (id: string) => void): BodyFiles {
  const folderOf = (id: string) => `${root}${sep}${id.slice(0, 6)}`;
  const path = (id: string) => `${folderOf(id)}${sep}${id}`;
  const syncFolder = createFolderSync();
  const readers = new Map<string, { count: number; removed: boolean }>();
  const removals = new Set<Promise<unknown>>();

  function hold(id: string): void {
    const entry = readers.get(id) ?? { count: 0, removed: false };
    entry.count++;
    readers.set(id, entry);
  }

  function letGo(id: string): void {
    const entry = readers.get(id)!;
    if (--entry.count > 0) return;
    readers.delete(id);
    if (!entry.removed) return;
    const removal: Promise<unknown> = removeNow(id)
      .catch(() => {}) // the next opening finds its row and removes it
      .finally(() => removals.delete(removal));
    removals.add(removal);
  }

  async function removeNow(id: string): Promise<void> {
    await unlink(id);
    removed(id);
  }

  async function unlink(id: string): Promise<void> {
    await rm(path(id), { force: true });
    // Fails while the folder holds a file. A write that misses the folder makes it again.
    await rmdir(folderOf(id)).catch(() => {});
  }

  /** Folders being made, until they are durable. */
  const making = new Map<string, Promise<void>>();

  async function makeFolder(folder: string): Promise<void> {
    try {
      // Not with the folders above it: a home that was removed must not come back as a part of one.
      await mkdir(folder).catch(allowExisting);
      await syncFolder(root);
    } finally {
      making.delete(folder);
    }
  }

  async function create(id: string): Promise<FileHandle> {
    const folder = folderOf(id);
    for (;;) {
      try {
        return await open(path(id), "wx");
      } catch (error) {
        if (!isMissing(error)) throw error;
        if (!making.has(folder)) making.set(folder, makeFolder(folder));
        await making.get(folder);
      }
    }
  }

  async function* pieces(segments: readonly Segment[], range: ByteRange, first: FileHandle | undefined) {
    let start = 0;
    for (const segment of segments) {
      const from = Math.max(range.first - start, 0);
      const end = Math.min(range.last - start + 1, segment.sizeBytes);
      start += segment.sizeBytes;
      if (from >= end) continue;
      const file = first ?? (await open(path(segment.id), "r"));
      first = undefined;
      try {
        yield* readFile(file, from, end, segment.id);
      } finally {
        await file.close();
      }
    }
  }

  return {
    path,

    async write(id, source, { checksum, check }) {
      const md5 = createHash("md5");
      const extra = checksum && checksumMakers[checksum]();
      let file: FileHandle | undefined;
      let sizeBytes = 0;
      try {
        let gathered: Uint8Array[] = [];
        let gatheredBytes = 0;
        let writing: Promise<void> | undefined;
        for await (const chunk of source) {
          md5.update(chunk);
          extra?.update(chunk);
          sizeBytes += chunk.length;
          gathered.push(chunk);
          gatheredBytes += chunk.length;
          if (gatheredBytes < pieceBytes) continue;
          await writing;
          file ??= await create(id);
          writing = writeAll(file, gathered);
          writing.catch(() => {}); // awaited at the next piece or after the loop, which throws its error
          gathered = [];
          gatheredBytes = 0;
        }
        await writing;
        const digests: BodyDigests = { sizeBytes, md5: md5.digest("hex"), ...(extra && { checksum: extra.value() }) };
        check?.(digests);
        file ??= await create(id);
        await writeAll(file, gathered);
        // The folder names the file since it was made, so that neither sync waits for the other.
        await Promise.all([file.datasync(), making.get(folderOf(id)), syncFolder(folderOf(id))]);
        await file.close();
        return digests;
      } catch (error) {
        await file?.close().catch(() => {});
        if (file) await unlink(id).catch(() => {});
        throw error;
      }
    },

    async read(segments, range) {
      const sizeBytes = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
      const wanted = range ?? { first: 0, last: sizeBytes - 1 };
      for (const { id } of segments) hold(id);
      const release = () => {
        for (const { id } of segments) letGo(id);
      };
      try {
        // Opened before the answer begins, so that a missing file is an error and not a short body.
        const first = await openFirst(segments, wanted, path);
        const body = Readable.from(pieces(segments, wanted, first), { objectMode: false, highWaterMark: pieceBytes });
        body.once("close", () => {
          release();
          void first?.close().catch(() => {}); // open only where the stream was never read
        });
        return body;
      } catch (error) {
        release();
        throw error;
      }
    },

    async remove(id) {
      const entry = readers.get(id);
      if (entry) entry.removed = true;
      else await removeNow(id);
    },

    async settled() {
      await Promise.all(removals);
    },

    async sweep(since, until, known) {
      for (const folder of await namesIn(root)) {
        if (folder < since.slice(0, 6) || folder > until.slice(0, 6)) continue;
        for (const id of await namesIn(join(root, folder))) {
          if (id >= since && id < until && !known(id)) await unlink(id);
        }
      }
    },
  };
}

function openFirst(segments: readonly Segment[], range: ByteRange, path: (id: string) => string) {
  let start = 0;
  for (const { id, sizeBytes } of segments) {
    if (range.first < start + sizeBytes && range.last >= start) return open(path(id), "r");
    start += sizeBytes;
  }
  return undefined;
}

async function* readFile(file: FileHandle, from: number, end: number, id: string) {
  for (let at = from; at < end; ) {
    const room = Buffer.allocUnsafe(Math.min(pieceBytes, end - at));
    const { bytesRead } = await file.read(room, 0, room.length, at);
    if (bytesRead === 0) throw new Error(`the file of body ${id} ends at byte ${at} of ${end}`);
    yield room.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** A write to a nearly full disk may be short; the next write then throws the reason. */
async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  if (chunks.length === 0) return;
  let rest = chunks;
  for (;;) {
    let { bytesWritten } = await file.writev(rest);
    let at = 0;
    while (at < rest.length && bytesWritten >= rest[at]!.length) bytesWritten -= rest[at++]!.length;
    if (at === rest.length) return;
    rest = [rest[at]!.subarray(bytesWritten), ...rest.slice(at + 1)];
  }
}

/** Makes the entries of a folder durable. Calls made during a sync share the next one. */
function createFolderSync(): (folder: string) => Promise<void> {
  const running = new Map<string, { now: Promise<void>; next?: Promise<void> }>();
  async function sync(folder: string): Promise<void> {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  function start(folder: string): Promise<void> {
    const now = sync(folder);
    const entry: { now: Promise<void>; next?: Promise<void> } = { now };
    running.set(folder, entry);
    const ended = () => {
      if (!entry.next) running.delete(folder);
    };
    now.then(ended, ended);
    return now;
  }
  return (folder) => {
    const entry = running.get(folder);
    if (!entry) return start(folder);
    entry.next ??= entry.now.catch(() => {}).then(() => start(folder));
    return entry.next;
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function allowExisting(error: { code?: string }): void {
  if (error.code !== "EEXIST") throw error;
}

const isMissing = (error: unknown): boolean => (error as { code?: string }).code === "ENOENT";
