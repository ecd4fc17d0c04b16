import type { RunEvent, RunExit } from "../executors/port.ts";

export type RunLine = Extract<RunEvent, { type: "log" }>;
export type RunState = Extract<RunEvent, { type: "state" }>;

/** The most lines shown to one reconcile: each writes and syncs once, whatever it writes. */
export const shownLines = 5_000;

/** How far a run has been read, kept in its document: everything before `cursor` has been dealt with. */
export interface RunProgress {
  readonly cursor?: string;
  /** What the follower needs again when it resumes from `cursor`. */
  readonly kept?: unknown;
}

/** A run as far as it has been read. It does not change during a reconcile. */
export interface FollowedRun {
  /**
   * The states since the remembered cursor, in order of number. States before the cursor are not shown again, so a
   * reconciler keeps in its document what it derives from them.
   */
  readonly states: readonly RunState[];
  /**
   * The oldest lines not dealt with yet, 5,000 at most. A reconciler that follows a run must pass its lines even when
   * it does not need them: reading pauses while 20,000 lines, or 4 Mi characters, wait.
   */
  readonly lines: readonly RunLine[];
  /**
   * Whether the first of these lines may have been dealt with by a server that was killed before it remembered that.
   */
  readonly resumed: boolean;
  /** The `kept` value remembered with the lines before these. */
  readonly kept: unknown;
  /**
   * Marks the first `count` of `lines` as dealt with; they are not shown again. `kept` is remembered with them. After a
   * kill the lines of the last millisecond are shown again, with `keptBeforeLast`: what to remember without them, which
   * is `kept` when left out. `resumed: false` means that every later line is new.
   */
  passLines(
    count: number,
    remember?: { readonly kept?: unknown; readonly keptBeforeLast?: unknown; readonly resumed?: boolean },
  ): void;
  /** How the run ended. It is absent until `states` holds all states and `lines` holds all lines that are left. */
  readonly exit?: RunExit;
  /** Whether no more events will come: the run exited, or is lost or unknown (`find` of its executor says which). */
  readonly ended: boolean;
}
