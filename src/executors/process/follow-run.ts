import { type FSWatcher, watch } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { RunEvent } from "../port.ts";
import { isAlive } from "./processes.ts";
import { type KeeperRecord, type RecordedState, type RunFolder, readExit, readJson } from "./run-folder.ts";

/** A file watch may miss a change (network file systems, full queues): so it is looked again this often. */
const lookAgainMilliseconds = 2000;
const chunkBytes = 256 * 1024;

/**
 * The events of a run in the exact order in which they happened: what is there, then what comes, until the exit, or
 * until the run is found lost. A cursor is "<bytes of log>.<bytes of events>" read so far.
 */
export async function* followRun(folder: RunFolder, after?: string, signal?: AbortSignal): AsyncGenerator<RunEvent> {
  const [logStart = 0, eventsStart = 0] = (after ?? "0.0").split(".").map(Number);
  const position = { log: logStart, events: eventsStart, time: Date.now() };
  const changes = watchFolder(folder.root, signal);
  try {
    while (!signal?.aborted) {
      const changed = changes.next();
      // Looked at before reading: once there is an exit, or no keeper, nothing is added to the files any more.
      const exit = readExit(folder);
      const keeper = exit ? undefined : readJson<KeeperRecord>(folder.keeper);
      const over = exit !== undefined || !keeper || !isAlive(keeper);
      yield* readOn(folder, position, signal);
      if (signal?.aborted) return;
      const last = exit ?? (over ? readExit(folder) : undefined);
      if (last && !exit) continue;
      if (last) yield { type: "exit", cursor: cursorOf(position), time: last.time, exit: last };
      if (over) return;
      await changed;
    }
  } finally {
    changes.close();
  }
}

interface Position {
  log: number;
  events: number;
  /** Of the last line of the log. */
  time: number;
}
const cursorOf = (position: Position): string => `${position.log}.${position.events}`;

/**
 * Everything that is in the files now. A state knows how long the log was when it was told. The log's length is taken
 * before the states are read: so every state that was told before a line that is read here is known here.
 */
async function* readOn(folder: RunFolder, position: Position, signal?: AbortSignal): AsyncGenerator<RunEvent> {
  const log = await openIfThere(folder.log);
  const events = await openIfThere(folder.events);
  try {
    const logLength = log ? (await log.stat()).size : 0;
    if (events) {
      for await (const { text, bytes } of linesOf(events, position.events)) {
        const recorded = readState(text);
        if (!recorded) {
          position.events += bytes;
          continue;
        }
        if (log) yield* readLog(log, position, recorded.log, signal);
        if (signal?.aborted) return;
        position.events += bytes;
        const { number, time, state, detail } = recorded;
        yield { type: "state", cursor: cursorOf(position), number, time, state, detail };
      }
    }
    if (log) yield* readLog(log, position, logLength, signal);
  } finally {
    await log?.close();
    await events?.close();
  }
}

/** undefined for a line that no keeper wrote whole: a machine that loses its power may leave such. */
function readState(text: string): RecordedState | undefined {
  try {
    const state = JSON.parse(text) as RecordedState | null;
    return Number.isInteger(state?.number) && typeof state?.state === "string" ? state : undefined;
  } catch {
    return undefined;
  }
}

async function* readLog(
  log: FileHandle,
  position: Position,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent> {
  for await (const { text, bytes } of linesOf(log, position.log, end)) {
    if (signal?.aborted) return;
    position.log += bytes;
    const [, stamp, line = text] = /^(\d{1,15}) (.*)$/s.exec(text) ?? [];
    // What no keeper wrote whole is shown as it is, with the time of what was before it.
    position.time = stamp === undefined ? position.time : Number(stamp);
    yield { type: "log", cursor: cursorOf(position), time: position.time, line };
  }
}

/** Whole lines between two offsets; what has no line feed yet is left for the next time. */
async function* linesOf(
  file: FileHandle,
  from: number,
  end = Number.POSITIVE_INFINITY,
): AsyncGenerator<{ text: string; bytes: number }> {
  let rest: Buffer = Buffer.alloc(0);
  for (let offset = from; offset < end; ) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, end - offset));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let start = 0;
    for (let feed = rest.indexOf(10); feed >= 0; feed = rest.indexOf(10, start)) {
      yield { text: rest.toString("utf8", start, feed), bytes: feed + 1 - start };
      start = feed + 1;
    }
    rest = rest.subarray(start);
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** `next()` resolves at the next change of the folder, at the latest after a while, or when the signal aborts. */
function watchFolder(folder: string, signal?: AbortSignal): { next(): Promise<void>; close(): void } {
  let wake = () => {};
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  const changed = () => wake();
  try {
    watcher = watch(folder, { persistent: false }, changed);
    watcher.on("error", () => {});
  } catch {
    // No watches are left, or no folder is there: looking again every while does it too.
  }
  signal?.addEventListener("abort", changed);
  return {
    next: () =>
      new Promise<void>((resolve) => {
        clearTimeout(timer);
        timer = setTimeout(resolve, lookAgainMilliseconds);
        wake = resolve;
      }),
    close() {
      clearTimeout(timer);
      watcher?.close();
      signal?.removeEventListener("abort", changed);
    },
  };
}
