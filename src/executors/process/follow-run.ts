import { existsSync, type FSWatcher, statSync, watch } from "node:fs";
import type { RunEvent } from "../port.ts";
import { lastWords, latestChange, noteLastWords } from "./last-words.ts";
import { linesOf } from "./lines-of.ts";
import { cursorText, listSegments, parseCursor } from "./log-segments.ts";
import { isAlive, signalProcess } from "./processes.ts";
import { keeperSilenceMilliseconds, watchPulse } from "./pulse.ts";
import { type LogReader, openIfThere, openLog } from "./read-log.ts";
import { type KeeperRecord, type RecordedState, type RunFolder, readExit, readJson } from "./run-folder.ts";

/** A file watch may miss a change (network file systems, full queues), so the folder is also looked at so often. */
const lookAgainMilliseconds = 2000;
/** Of so many looks at which nothing seemed to have changed, one reads the folder all the same. */
const looksPerRead = 15;

/**
 * Yields the events of a run in the exact order in which they happened: past events, then new ones, until the exit, or
 * until the run is found lost. A cursor is "<bytes of log>.<bytes of events>" read so far.
 */
export async function* followRun(
  folder: RunFolder,
  after = "0.0",
  signal?: AbortSignal,
  silenceMilliseconds = keeperSilenceMilliseconds,
): AsyncGenerator<RunEvent> {
  const position: Position = { ...parseCursor(after), time: Date.now() };
  const silence = watchPulse(folder.pulse);
  const changes = watchFolder(folder.root, signal);
  let looks = 0;
  let isEnded = false;
  try {
    while (!signal?.aborted) {
      const changed = changes.next();
      const length = recordedLength(folder);
      // The exit is read before the files: after an exit, or without a keeper, nothing is added to the files.
      const exit = readExit(folder);
      const keeper = exit ? undefined : readJson<KeeperRecord>(folder.keeper);
      const over = exit !== undefined || !keeper || !isAlive(keeper);
      yield* readOn(folder, position, signal);
      if (signal?.aborted) return;
      const last = exit ?? (over ? readExit(folder) : undefined);
      if (last && !exit) continue;
      if (last) yield { type: "exit", cursor: cursorText(position), time: last.time, exit: last };
      if (over && !last && existsSync(folder.keeper)) yield* wordsAfter(folder, position);
      if (over) return;
      if (!isEnded && (silence() ?? 0) > silenceMilliseconds) {
        isEnded = true;
        endSilent(folder, keeper, silenceMilliseconds);
      }
      // At most looks an idle run costs no reading.
      const isIdle = () =>
        ++looks % looksPerRead !== 0 &&
        recordedLength(folder) === length &&
        !existsSync(folder.exit) &&
        isAlive(keeper) &&
        (silence() ?? 0) <= silenceMilliseconds;
      let woken = await changed;
      while (woken === "time" && isIdle()) woken = await changes.next();
    }
  } finally {
    changes.close();
  }
}

/** Returns the length of what the keeper has recorded. */
function recordedLength(folder: RunFolder): number {
  const last = listSegments(folder.root).at(-1);
  const lengthOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return lengthOf(folder.events) + (last ? last.start + lengthOf(last.path) : 0);
}

/** Ends a keeper that hangs: one that was stopped does not hear a signal but this one. */
function endSilent(folder: RunFolder, keeper: KeeperRecord, silenceMilliseconds: number): void {
  const seconds = silenceMilliseconds / 1000;
  noteLastWords(folder, `The keeper gave no sign of life for ${seconds} s and was killed by the server.`);
  signalProcess(keeper, "SIGKILL");
}

/**
 * Yields why a run was lost, as lines after the end of its log. A cursor beyond that end counts the lines that were
 * read.
 */
async function* wordsAfter(folder: RunFolder, position: Position): AsyncGenerator<RunEvent> {
  const log = await openLog(folder.root);
  const lastTime = await lastLineTime(folder, log).finally(log.close);
  // The times of a folder that was copied or restored may be those of whole seconds.
  const time = Math.max(latestChange(folder), lastTime);
  for (const line of lastWords(folder).lines.slice(Math.max(0, position.log - log.end))) {
    position.log = Math.max(position.log, log.end) + 1;
    yield { type: "log", cursor: cursorText(position), time, line };
  }
}

/** Returns the time of the last line of the log, 0 without one. Only the last segment is read. */
async function lastLineTime(folder: RunFolder, log: LogReader): Promise<number> {
  let time = 0;
  const { start } = listSegments(folder.root).at(-1) ?? { start: 0 };
  for await (const { text } of log.lines(start, log.end)) time = readStamp(text).time ?? time;
  return time;
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
    const { time, line } = readStamp(text);
    // A line that the keeper did not write whole has the time of the line before it.
    position.time = time ?? position.time;
    yield { type: "log", cursor: cursorText(position), time: position.time, line };
  }
}

/** Splits a line of the log into its time and what was printed; a line that was not written whole has no time. */
function readStamp(text: string): { readonly time?: number; readonly line: string } {
  const [, stamp, line = text] = /^(\d{1,15}) (.*)$/s.exec(text) ?? [];
  return { time: stamp === undefined ? undefined : Number(stamp), line };
}

/** `next()` resolves at the next change of the folder or when the signal aborts, or after a while: "time". */
function watchFolder(folder: string, signal?: AbortSignal): { next(): Promise<"change" | "time">; close(): void } {
  let wake = (_: "change" | "time") => {};
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  const changed = () => wake("change");
  try {
    watcher = watch(folder, { persistent: false }, changed);
    watcher.on("error", () => {});
  } catch {
    // The system has no watches left, or the folder does not exist: only the timer wakes the follower then.
  }
  signal?.addEventListener("abort", changed);
  return {
    next: () =>
      new Promise((resolve) => {
        clearTimeout(timer);
        timer = setTimeout(resolve, lookAgainMilliseconds, "time");
        wake = resolve;
      }),
    close() {
      clearTimeout(timer);
      watcher?.close();
      signal?.removeEventListener("abort", changed);
    },
  };
}
