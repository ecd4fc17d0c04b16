import type { Executor, RunExit } from "../executors/port.ts";
import type { FollowedRun, RunLine, RunProgress, RunState } from "./follow-run.ts";
import type { Timer } from "./timer.ts";

/** Lines shown to one reconcile. */
const shownLines = 1_000;
/** Lines held here, and characters in them; while there are so many, no more are read. */
const heldLines = 10_000;
const heldCharacters = 4 * 1024 * 1024;
/** How long lines are gathered before they wake the reconciler. */
const gatherMilliseconds = 200;

/** Reads the events of one run for the reconciler that follows it. */
export interface RunReader {
  /** @throws what reading the run's events threw. */
  look(): FollowedRun;
  /** How far it has been dealt with; undefined while that is nowhere. */
  progress(): RunProgress | undefined;
  close(): void;
}

export function createRunReader(options: {
  readonly executor: Pick<Executor, "events">;
  readonly runId: string;
  /** Where to begin. With a cursor the first lines may have been dealt with after it was remembered. */
  readonly progress: RunProgress;
  /** Whether another server may have dealt with some of its lines. */
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
  /** What is kept of the lines before `beforeLast`. */
  let keptBeforeLast = kept;
  let { resumed } = options;
  /** Of the line passed last, and where the lines of its millisecond begin. */
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
    // A follower that resumes looks for its lines by their time: so it is shown all of a millisecond again, or none.
    progress: () => (beforeLast === undefined ? undefined : { cursor: beforeLast, kept: keptBeforeLast }),
    close() {
      abort.abort();
      cancelGathering?.();
      roomMade();
    },
  };
}
