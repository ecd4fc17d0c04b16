import type { Executor, RunExit } from "../executors/port.ts";
import { type FollowedRun, type RunLine, type RunProgress, type RunState, shownLines } from "./follow-run.ts";
import type { Timer } from "./timer.ts";

/** The most lines, and characters in them, held in memory; reading pauses at either limit. */
const heldLines = 20_000;
const heldCharacters = 4 * 1024 * 1024;
/** How long lines are gathered before they wake the reconciler: a third of the 300 ms in which a line is to be readable. */
const gatherMilliseconds = 100;

/** Reads the events of one run for the reconciler that follows it. */
export interface RunReader {
  /** @throws the error with which reading the run's events failed */
  look(): FollowedRun;
  /** How far the run has been dealt with; undefined while there is no cursor to resume from. */
  progress(): RunProgress | undefined;
  close(): void;
}

export function createRunReader(options: {
  readonly executor: Pick<Executor, "events">;
  readonly runId: string;
  /** Where to begin. When it has a cursor, lines after the cursor may have been dealt with already. */
  readonly progress: RunProgress;
  /** Whether another server may have dealt with some of the lines. */
  readonly resumed: boolean;
  readonly timer: Timer;
  /** Called when there is something new to look at. */
  readonly wake: () => void;
}): RunReader {
  const { executor, runId, timer, wake } = options;
  const abort = new AbortController();
  const lines: RunLine[] = [];
  let characters = 0;
  const isFull = () => lines.length >= heldLines || characters >= heldCharacters;
  const states: RunState[] = [];
  let { kept } = options.progress;
  /** The value to remember with `beforeLast`. */
  let keptBeforeLast = kept;
  let { resumed } = options;
  /** Time and cursor of the line passed last; `beforeLast` is the cursor before the lines of that same millisecond. */
  let last: { readonly time: number; readonly cursor: string } | undefined;
  let beforeLast = options.progress.cursor;
  let exit: RunExit | undefined;
  let ended = false;
  let failure: unknown;
  let roomMade = () => {};
  let cancelGathering: (() => void) | undefined;

  function wakeForLines(): void {
    if (lines.length >= shownLines || ended) wake();
    else
      cancelGathering ??= timer.after(gatherMilliseconds, () => {
        cancelGathering = undefined;
        wake();
      });
  }

  async function read(): Promise<void> {
    for await (const event of executor.events(runId, options.progress.cursor, abort.signal)) {
      if (abort.signal.aborted) return;
      if (event.type === "log") {
        lines.push(event);
        characters += event.line.length;
        wakeForLines();
        if (isFull()) await new Promise<void>((resolve) => (roomMade = resolve));
      } else if (event.type === "state") {
        states.push(event);
        wake();
      } else exit = event.exit;
    }
  }

  read()
    .catch((error) => {
      failure = error;
    })
    .finally(() => {
      ended = true;
      if (!abort.signal.aborted) wake();
    });

  return {
    look() {
      if (failure !== undefined) throw failure;
      const isAll = ended && lines.length <= shownLines;
      return {
        states: [...states],
        lines: lines.slice(0, shownLines),
        resumed,
        kept,
        exit: isAll ? exit : undefined,
        ended: isAll,
        passLines(count, remember = {}) {
          const gone = lines.splice(0, count);
          for (const { line } of gone) characters -= line.length;
          if ("kept" in remember) kept = remember.kept;
          resumed = remember.resumed ?? resumed;
          for (const { time, cursor } of gone) {
            if (last && time > last.time) {
              beforeLast = last.cursor;
              keptBeforeLast = "keptBeforeLast" in remember ? remember.keptBeforeLast : kept;
            }
            last = { time, cursor };
          }
          if (!isFull()) roomMade();
          if (count > 0 && !isAll && (lines.length > 0 || ended)) wakeForLines();
        },
      };
    },
    // A follower that resumes finds its lines by their time, so it is shown either all lines of a millisecond again or
    // none.
    progress: () => (beforeLast === undefined ? undefined : { cursor: beforeLast, kept: keptBeforeLast }),
    close() {
      abort.abort();
      cancelGathering?.();
      roomMade();
    },
  };
}
