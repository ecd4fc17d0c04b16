import type { Caller, Grant } from "../aws/caller.ts";
import type { FollowedRun } from "../runs/follow-run.ts";
import type { RunWeight } from "../runs/run-room.ts";
import type { ResourceChange, ResourceDocument, ResourceEvent, ResourceKey } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import type { Kind } from "./define-kind.ts";

/**
 * Closes the gap between what a resource is asked to be and what it is. A reconciler looks at the document and at the
 * world, does the next step, and returns what the document becomes. It may run at any time and be killed at any line,
 * so every step must be repeatable.
 */
export interface ReconcilerUnit<Wanted = unknown, Actual = unknown> {
  readonly unit: "reconciler";
  readonly kind: Kind<Wanted, Actual>;
  /**
   * The statuses in which there is something to do or to look after. Documents in them are reconciled when the server
   * starts, when they change, and when something that they watch or follow changes; other documents are left alone.
   */
  readonly unfinished: readonly string[];
  /** Named points of a reconcile at which a test may have the server kill itself, each with what is true there. */
  readonly killPoints?: Readonly<Record<string, string>>;
  /**
   * Returns what the reconciler may do for this document beyond what the service may do anyway, such as writing its log:
   * `logGrants`. What a user's role must allow is done as that role, by `context.as`.
   */
  grants?(document: ResourceDocument<Wanted, Actual>, context: Context): readonly Grant[];
  /**
   * Returns as whom all of it is done instead of as the service: for documents that are somebody's request, such as a
   * query. What that caller may not do, the reconciler may not.
   */
  caller?(document: ResourceDocument<Wanted, Actual>): Caller;
  reconcile(
    document: ResourceDocument<Wanted, Actual>,
    context: ReconcileContext,
  ): Promise<ReconcileResult<Wanted, Actual>>;
}

/**
 * What a reconcile writes, in one batch. The write wakes the document again, so the next step may rely on it: a run is
 * written first, and started by the reconcile that finds it written. After a Conflict nothing is written, and the
 * document is reconciled again as it then is; after a thrown error it is reconciled again in 1 s, growing to 60 s.
 */
export interface ReconcileResult<Wanted = unknown, Actual = unknown> {
  /** Members of the document itself that change. When left out, the document is not written. */
  readonly update?: {
    readonly status?: string;
    readonly wanted?: Wanted;
    readonly actual?: Actual;
  };
  /** Changes of other documents, or the deletion of this one. */
  readonly changes?: readonly ResourceChange[];
  readonly events?: readonly ResourceEvent[];
  /**
   * When to reconcile again at the latest, in milliseconds since 1970; without it, only when something wakes the
   * document.
   */
  readonly again?: number;
}

/** The service's own context, in the account and region of the document; `signal` aborts when the server stops. */
export interface ReconcileContext extends Context {
  /**
   * Whether this document may begin a run of that weight: the machine's room is shared by all kinds. If not, the
   * document is reconciled again when its turn comes. Once it has room, it keeps it until its run has ended.
   */
  hasRoom(weight: RunWeight): boolean;
  /** Wakes this document when that one changes. Call it in every reconcile that needs it. */
  watch(key: ResourceKey): void;
  /**
   * Wakes this document when something else that is here says so: `begin` is given what wakes it and returns what ends that. It is
   * heard from the call on, so look at that thing afterwards. `name` says which it is. Call it in every reconcile that needs it.
   */
  listen(name: string, begin: (wake: () => void) => () => void): void;
  /**
   * Follows a run of this document: its states and its exit wake the reconciler at once, its log lines after they were
   * gathered for 100 ms. Call it in every reconcile that needs it; a run for which a reconcile does not call it is no
   * longer followed.
   */
  follow(runId: string): Promise<FollowedRun>;
  /** Tells the person who runs the server what went wrong with this document: a line of the server's log. */
  tell(words: string): void;
}

/**
 * Declares the reconciler of a kind. It gets documents in today's shape, whatever shape they were written in, and its
 * changes are written in today's shape. It need not clean up runs: the engine removes a run whose document is no longer
 * "Active" from its executor, at once and again at start.
 */
export const defineReconciler = <Wanted, Actual>(
  declaration: Omit<ReconcilerUnit<Wanted, Actual>, "unit">,
): ReconcilerUnit<Wanted, Actual> => ({ unit: "reconciler", ...declaration });

/** An entry of the generated list: what the server must know of a reconciler before a document needs it. */
export interface ReconcilerEntry {
  readonly kind: string;
  readonly unfinished: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: the list holds reconcilers of every document; each is typed where it is written
  load(): Promise<ReconcilerUnit<any, any>>;
}
