import { type FSWatcher, watch } from "node:fs";
import type { RunEvent } from "../port.ts";
import { linesOf } from "./lines-of.ts";
import { cursorText, parseCursor } from "./log-segments.ts";
import { isAlive } from "./processes.ts";
import { type LogReader, openIfThere, openLog } from "./read-log.ts";
import { type KeeperRecord, type RecordedState, type RunFolder, readExit, readJson } from "./run-folder.ts";

/** A file watch may miss a change (network file systems, full queues), so the folder is also read at this interval. */
const lookAgainMilliseconds = 2000;

/**
 * Yields the events of a run in the exact order in which they happened: past events, then new ones, until the exit, or
 * until the run is found lost. A cursor is "<bytes of log>.<bytes of events>" read so far.
 */
export async function* followRun(folder: RunFolder, after = "0.0", signal?: AbortSignal): AsyncGenerator<RunEvent> {
  const position: Position = { ...parseCursor(after), time: Date.now() };
  const changes = watchFolder(folder.root, signal);
  try {
    while (!signal?.aborted) {
      const changed = changes.next();
      // The exit is read before the files: after an exit, or without a keeper, nothing is added to the files.
      const exit = readExit(folder);
      const keeper = exit ? undefined : readJson<KeeperRecord>(folder.keeper);
      const over = exit !== undefined || !keeper || !isAlive(keeper);
      yield* readOn(folder, position, signal);
      if (signal?.aborted) return;
      const last = exit ?? (over ? readExit(folder) : undefined);
      if (last && !exit) continue;
      if (last) yield { type: "exit", cursor: cursorText(position), time: last.time, exit: last };
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
  /** The time of the last line of the log. */
  time: number;
}

/**
 * Yields everything that is in the files now. A state has the log's length at the time it was told. The log's length is
 * taken before the states are read, so every state that precedes a line read here is known here.
 */
async function* readOn(folder: RunFolder, position: Position, signal?: AbortSignal): AsyncGenerator<RunEvent> {
  const log = await openLog(folder.root);
  const events = await openIfThere(folder.events);
  try {
    if (events) {
      for await (const { text, bytes } of linesOf(events, position.events)) {
        const recorded = readState(text);
        if (!recorded) {
          position.events += bytes;
          continue;
        }
        yield* readLines(log, position, recorded.log, signal);
        if (signal?.aborted) return;
        position.events += bytes;
        const { number, time, state, detail } = recorded;
        yield { type: "state", cursor: cursorText(position), number, time, state, detail };
      }
    }
    yield* readLines(log, position, log.end, signal);
  } finally {
    await log.close();
    await events?.close();
  }
}

/** Returns undefined for a line that the keeper did not write whole, which a loss of power may leave. */
function readState(text: string): RecordedState | undefined {
  try {
    const state = JSON.parse(text) as RecordedState | null;
    return Number.isInteger(state?.number) && typeof state?.state === "string" ? state : undefined;
  } catch {
    return undefined;
  }
}

async function* readLines(
  log: LogReader,
  position: Position,
  until: number,
  signal?: AbortSignal,
): AsyncGenerator<RunEvent> {
  for await (const { text, end } of log.lines(position.log, until)) {
    if (signal?.aborted) return;
    position.log = end;
    const [, stamp, line = text] = /^(\d{1,15}) (.*)$/s.exec(text) ?? [];
    // A line that the keeper did not write whole is shown as it is, with the time of the line before it.
    position.time = stamp === undefined ? position.time : Number(stamp);
    yield { type: "log", cursor: cursorText(position), time: position.time, line };
  }
}

/** `next()` resolves at the next change of the folder, after a while at the latest, or when the signal aborts. */
function watchFolder(folder: string, signal?: AbortSignal): { next(): Promise<void>; close(): void } {
  let wake = () => {};
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  const changed = () => wake();
  try {
    watcher = watch(folder, { persistent: false }, changed);
    watcher.on("error", () => {});
  } catch {
    // The system has no watches left, or the folder does not exist: only the timer wakes the follower then.
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
