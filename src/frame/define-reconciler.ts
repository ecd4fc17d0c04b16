import type { RunEvent, RunExit } from "../executors/port.ts";
import type { ResourceChange, ResourceDocument, ResourceKey } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import type { ResourceKind } from "./define-resource.ts";

/**
 * A reconciler closes the gap between what a resource is asked to be and what it is. It looks at the document and at the
 * world, does the next step, and says what the document becomes. It may run at any time and be killed at any line: every
 * step must be one that can be done again.
 */
export interface ReconcilerUnit<Wanted = unknown, Actual = unknown> {
  readonly unit: "reconciler";
  /** The kind of document it is for, and how an older shape of it is read. */
  readonly kind: string;
  read(document: ResourceDocument): ResourceDocument<Wanted, Actual>;
  /** The origin of what the reconciler does. */
  arn(key: ResourceKey): string;
  /** Kinds whose changes wake the document that their `parent` names, as "kind/name". */
  readonly watches: readonly string[];
  /**
   * The statuses in which there is something to do or to look after. Documents in them are reconciled when the server
   * starts, when they change, and when something they watch or follow does; others are left alone.
   */
  readonly unfinished: readonly string[];
  reconcile(
    document: ResourceDocument<Wanted, Actual>,
    context: ReconcileContext,
  ): Promise<ReconcileResult<Wanted, Actual>>;
}

/**
 * What is to be written, all of it in one batch. The write wakes the document again, so the next step may rely on it: a
 * run is written first and started by the reconcile that finds it written. A Conflict writes nothing and reconciles anew
 * with the document as it is then; a thrown error does so after 1 s, growing to 60 s.
 */
export interface ReconcileResult<Wanted = unknown, Actual = unknown> {
  /** Members of the document itself that change. Left out: it is not written. */
  readonly update?: {
    readonly status?: string;
    readonly wanted?: Wanted;
    readonly actual?: Actual;
  };
  /** Of other documents, or the deletion of this one. */
  readonly changes?: readonly ResourceChange[];
  /** When to look again at the latest, in milliseconds since 1970; without it, when something wakes it. */
  readonly again?: number;
}

/** The context of the service itself, in the account and region of the document; `signal` aborts when the server stops. */
export interface ReconcileContext extends Context {
  /**
   * Whether this document may begin a run: the machine takes so many of a kind at a time. Where not, nothing is to be
   * done; it is reconciled again when its turn has come. Once there is room for it, there is until it has ended.
   */
  hasRoom(): boolean;
  /**
   * Follows a run of this document: from now on its events wake the reconciler, states and the exit at once, log lines
   * gathered for 200 ms. To be called in every reconcile that needs it; a run that a reconcile does not ask for is let go.
   *
   * `shipped` is asked once, when following begins (in this server, or again after a reconcile threw): which lines of
   * the run's log are already where they belong. `lines` then begins after them, so that each is shipped exactly once
   * even across a kill. Without it all lines are shown.
   */
  follow(runId: string, shipped?: () => Promise<ShippedLines | undefined>): Promise<FollowedRun>;
}

/** All lines before `time` (milliseconds since 1970) have been shipped, and the first `count` of that millisecond. */
export interface ShippedLines {
  readonly time: number;
  readonly count: number;
}

export type RunLine = Extract<RunEvent, { type: "log" }>;
export type RunState = Extract<RunEvent, { type: "state" }>;

/** A run as far as it has been read. It does not change while a reconcile looks at it. */
export interface FollowedRun {
  /** Every state told so far, in order of number: a reconciler remembers in its document how far it has applied them. */
  readonly states: readonly RunState[];
  /**
   * Lines that are not shipped yet, oldest first, 1,000 at most. A reconciler that follows a run passes its lines, wanted
   * or not: nothing more is read of a run of which 10,000 lines, or 4 Mi characters, wait.
   */
  readonly lines: readonly RunLine[];
  /** Says that the first `count` of `lines` are shipped; they are not shown again. More may follow at once. */
  passLines(count: number): void;
  /** How it ended. Shown only when all its states are in `states` and no line is left beyond those in `lines`. */
  readonly exit?: RunExit;
  /** There will be no more events: it exited, or it is lost or unknown (`context.executor.find` says which). */
  readonly ended: boolean;
}

/**
 * Declares the reconciler of a resource. It is given documents in today's shape, whatever shape they were written in, and
 * what it changes is written in that shape. Runs need no clean-up by it: a run whose document is no longer "Active" is
 * removed from the executor by the engine, at once and again at start.
 */
export function defineReconciler<Wanted, Actual>({
  resource,
  ...declaration
}: {
  resource: Pick<ResourceKind<Wanted, Actual>, "kind" | "read" | "arn">;
  watches?: readonly string[];
  unfinished: readonly string[];
  reconcile(
    document: ResourceDocument<Wanted, Actual>,
    context: ReconcileContext,
  ): Promise<ReconcileResult<Wanted, Actual>>;
}): ReconcilerUnit<Wanted, Actual> {
  return {
    unit: "reconciler",
    kind: resource.kind,
    read: resource.read,
    arn: resource.arn,
    watches: [],
    ...declaration,
  };
}

/** A line of the generated list: what must be known of a reconciler before a document needs it. */
export interface ReconcilerEntry {
  readonly kind: string;
  readonly watches: readonly string[];
  readonly unfinished: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: the list holds reconcilers of every document; each is typed where it is written
  load(): Promise<ReconcilerUnit<any, any>>;
}
