import type { RunEvent, RunExit } from "../executors/port.ts";

export type RunLine = Extract<RunEvent, { type: "log" }>;
export type RunState = Extract<RunEvent, { type: "state" }>;

/** What is remembered of a run, in its document: everything before `cursor` has been dealt with. */
export interface RunProgress {
  readonly cursor?: string;
  /** What the follower wants to know again when it goes on from there. */
  readonly kept?: unknown;
}

/** A run as far as it has been read. It does not change while a reconcile looks at it. */
export interface FollowedRun {
  /**
   * The states told since the remembered cursor, in order of number: a reconciler keeps in its document what it has made
   * of them, since those before the cursor are not shown again.
   */
  readonly states: readonly RunState[];
  /**
   * Lines that are not dealt with yet, oldest first, 1,000 at most. A reconciler that follows a run passes its lines,
   * wanted or not: nothing more is read of a run of which 10,000 lines, or 4 Mi characters, wait.
   */
  readonly lines: readonly RunLine[];
  /** The first of these lines may have been dealt with by a server that was killed before it remembered that. */
  readonly resumed: boolean;
  /** What was kept with the lines before these. */
  readonly kept: unknown;
  /**
   * Says that the first `count` of `lines` are dealt with; they are not shown again. `kept` is remembered with them.
   * `keptBeforeLast` is what would be kept without those of the last millisecond, which are shown again after a kill; left
   * out, it is the same. `resumed: false`: from here on every line is new.
   */
  passLines(
    count: number,
    remember?: { readonly kept?: unknown; readonly keptBeforeLast?: unknown; readonly resumed?: boolean },
  ): void;
  /** How it ended. Shown only when all its states are in `states` and no line is left beyond those in `lines`. */
  readonly exit?: RunExit;
  /** There will be no more events: it exited, or it is lost or unknown (`context.executor.find` says which). */
  readonly ended: boolean;
}
