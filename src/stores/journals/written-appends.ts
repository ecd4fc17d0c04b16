import { isDiskFull } from "../../base/is-disk-full.ts";
import type { DiskReserve } from "../disk-reserve.ts";
import type { GroupCommit } from "../group-commit.ts";
import { diskFullFault, storageFault } from "../storage-fault.ts";
import { chunkOf, joinNeighbours, type NewChunk } from "./chunk-text.ts";
import type { JournalIndex } from "./journal-index.ts";
import { openWrittenLog } from "./written-log.ts";

/** Less than the promised second, so that the sync itself fits in. */
const syncMilliseconds = 700;
/** So many characters wait in memory, and those of one append more. */
const mostCharacters = 1 << 20;

interface Waiting {
  readonly end: number;
  readonly stream: string;
  readonly chunk: NewChunk;
}

/** Appends that need no sync: a line of a log each, and rows of the index together with many others. */
export interface WrittenAppends {
  /** Written when it returns. Returns the position of the first entry. */
  append(stream: string, chunk: NewChunk): number;
  /** Resolves when memory has room for more, which it has at once but now and then. */
  room(): Promise<void>;
  /** Returns the position after the last entry; undefined for a stream that does not exist. */
  next(stream: string): number | undefined;
  /** Whether the index lacks something of this stream, or of any. */
  waits(stream?: string): boolean;
  /** Puts into the index what it lacks. Called within a transaction. */
  apply(): void;
  /** Called after each commit. */
  committed(): void;
  /** Stops; what waits was applied. */
  close(): Promise<void>;
}

export function createWrittenAppends(options: {
  readonly folder: string;
  readonly index: JournalIndex;
  readonly reserve: DiskReserve;
  readonly syncIndex: () => Promise<void>;
  readonly commits: () => Pick<GroupCommit, "run">;
  /** Called when a stream has grown in the index. */
  readonly grown: (stream: string) => void;
}): WrittenAppends {
  const { folder, index, reserve, syncIndex, commits, grown } = options;
  const { log, left } = openWrittenLog(folder, index.applied());
  /** In the order in which they were written. */
  let waiting: Waiting[] = left.map(({ end, stream, text }) => ({ end, stream, chunk: chunkOf(text) }));
  let characters = 0;
  /** The next position of each stream that has something here. */
  const nexts = new Map<string, number>();
  for (const { stream, chunk } of waiting) nexts.set(stream, nextOf(stream) + chunk.count);
  let timer: NodeJS.Timeout | undefined;
  let cleaning: Promise<void> | undefined;
  let closed = false;

  function nextOf(stream: string): number {
    return nexts.get(stream) ?? index.find(stream)?.next ?? 0;
  }

  async function applySoon(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    // What fails is tried again: with the next append, a read or the next opening.
    await commits()
      .run(apply, { sync: false })
      .catch(() => {});
  }

  function apply(): void {
    // The index knows what it has, also when a transaction was rolled back.
    const applied = index.applied();
    const missing = waiting.filter(({ end }) => end > applied);
    if (missing.length === 0) return;
    for (const [stream, appends] of Map.groupBy(missing, ({ stream }) => stream))
      for (const chunk of joinNeighbours(
        appends.map(({ chunk }) => chunk),
        joinAppends,
      ))
        index.append(stream, chunk);
    index.setApplied(missing.at(-1)!.end);
  }

  /** Removes the files whose appends the index has, once it is sure to keep them. */
  async function clean(files: readonly string[]): Promise<void> {
    await syncIndex();
    await log.remove(files);
  }

  return {
    append(stream, chunk) {
      if (!reserve.mayGrow()) throw diskFullFault(folder);
      let end: number;
      try {
        end = log.write(stream, chunk.text);
      } catch (error) {
        if (isDiskFull(error)) reserve.foundFull();
        throw storageFault(error, folder);
      }
      const position = nextOf(stream);
      nexts.set(stream, position + chunk.count);
      waiting.push({ end, stream, chunk });
      characters += chunk.text.length;
      timer ??= setTimeout(() => {
        void log.sync();
        void applySoon();
      }, syncMilliseconds).unref();
      return position;
    },

    async room() {
      if (characters < mostCharacters) return;
      void log.sync();
      await applySoon();
    },

    next: (stream) => nexts.get(stream) ?? index.find(stream)?.next,
    waits: (stream) => (stream === undefined ? waiting.length > 0 : nexts.has(stream)),
    apply,

    committed() {
      if (waiting.length === 0) return;
      const applied = index.applied();
      if (waiting.at(-1)!.end > applied) return;
      const streams = [...nexts.keys()];
      waiting = [];
      characters = 0;
      nexts.clear();
      for (const stream of streams) grown(stream);
      if (closed) return;
      const files = log.turnOver();
      if (files.length > 0)
        cleaning = (cleaning ?? Promise.resolve())
          .then(() => clean(files))
          // The next opening removes them.
          .catch(() => {});
    },

    async close() {
      closed = true;
      clearTimeout(timer);
      await cleaning;
      if (waiting.length === 0) await log.close();
    },
  };
}

const joinAppends = (group: readonly NewChunk[], joined: Omit<NewChunk, "appended" | "ordered">): NewChunk => ({
  ...joined,
  appended: group.at(-1)!.appended,
  ordered: group.every(({ ordered, earliest }, place) => ordered && earliest >= (group[place - 1]?.latest ?? earliest)),
});
