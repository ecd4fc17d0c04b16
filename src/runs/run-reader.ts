import type { Executor, RunExit } from "../executors/port.ts";
import type { FollowedRun, RunLine, RunState, ShippedLines } from "../frame/define-reconciler.ts";
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
  close(): void;
}

export function createRunReader(options: {
  readonly executor: Executor;
  readonly runId: string;
  /** Lines that need not be shown again. */
  readonly shipped: ShippedLines | undefined;
  readonly timer: Timer;
  /** Called when there is something new to look at. */
  readonly wake: () => void;
}): RunReader {
  const { executor, runId, shipped, timer, wake } = options;
  const abort = new AbortController();
  const lines: RunLine[] = [];
  let characters = 0;
  const isFull = () => lines.length >= heldLines || characters >= heldCharacters;
  const states: RunState[] = [];
  let exit: RunExit | undefined;
  let ended = false;
  let failure: unknown;
  let skipped = 0;
  let roomMade = () => {};
  let cancelGathering: (() => void) | undefined;

  const isShipped = ({ time }: RunLine) =>
    shipped !== undefined && (time < shipped.time || (time === shipped.time && skipped++ < shipped.count));

  function wakeForLines(): void {
    if (lines.length >= shownLines || ended) wake();
    else
      cancelGathering ??= timer.after(gatherMilliseconds, () => {
        cancelGathering = undefined;
        wake();
      });
  }

  async function read(): Promise<void> {
    for await (const event of executor.events(runId, undefined, abort.signal)) {
      if (abort.signal.aborted) return;
      if (event.type === "log") {
        if (isShipped(event)) continue;
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
        exit: isAll ? exit : undefined,
        ended: isAll,
        passLines(count) {
          for (const { line } of lines.splice(0, count)) characters -= line.length;
          if (!isFull()) roomMade();
          if (count > 0 && !isAll && (lines.length > 0 || ended)) wakeForLines();
        },
      };
    },
    close() {
      abort.abort();
      cancelGathering?.();
      roomMade();
    },
  };
}
