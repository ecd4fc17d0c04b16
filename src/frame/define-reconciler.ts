import type { FollowedRun } from "../runs/follow-run.ts";
import type { ResourceChange, ResourceDocument, ResourceEvent, ResourceKey } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import type { Kind } from "./define-kind.ts";

/**
 * A reconciler closes the gap between what a resource is asked to be and what it is. It looks at the document and at the
 * world, does the next step, and says what the document becomes. It may run at any time and be killed at any line: every
 * step must be one that can be done again.
 */
export interface ReconcilerUnit<Wanted = unknown, Actual = unknown> {
  readonly unit: "reconciler";
  readonly kind: Kind<Wanted, Actual>;
  /**
   * The statuses in which there is something to do or to look after. Documents in them are reconciled when the server
   * starts, when they change, and when something they watch or follow does; others are left alone.
   */
  readonly unfinished: readonly string[];
  /** Named points of a reconcile at which a test may have the server kill itself, each with what is true there. */
  readonly killPoints?: Readonly<Record<string, string>>;
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
  readonly events?: readonly ResourceEvent[];
  /** When to look again at the latest, in milliseconds since 1970; without it, when something wakes it. */
  readonly again?: number;
}

/** The context of the service itself, in the account and region of the document; `signal` aborts when the server stops. */
export interface ReconcileContext extends Context {
  /**
   * Whether this document may begin a run that weighs so much: the machine has one room for all. Where not, nothing is to
   * be done; it is reconciled again when its turn has come. Once there is room for it, there is until it has ended.
   */
  hasRoom(weight: RunWeight): boolean;
  /** From now on a change of that document wakes this one. To be called in every reconcile that needs it. */
  watch(key: ResourceKey): void;
  /**
   * Follows a run of this document: from now on its events wake the reconciler, states and the exit at once, log lines
   * gathered for 200 ms. To be called in every reconcile that needs it; a run that a reconcile does not ask for is let go.
   */
  follow(runId: string): Promise<FollowedRun>;
}

/** What a run takes of the machine's room; see runs/run-room.ts. */
export interface RunWeight {
  readonly cores: number;
  readonly memoryBytes: number;
}

/**
 * Declares the reconciler of a kind. It is given documents in today's shape, whatever shape they were written in, and
 * what it changes is written in that shape. Runs need no clean-up by it: a run whose document is no longer "Active" is
 * removed from the executor by the engine, at once and again at start.
 */
export const defineReconciler = <Wanted, Actual>(
  declaration: Omit<ReconcilerUnit<Wanted, Actual>, "unit">,
): ReconcilerUnit<Wanted, Actual> => ({ unit: "reconciler", ...declaration });

/** A line of the generated list: what must be known of a reconciler before a document needs it. */
export interface ReconcilerEntry {
  readonly kind: string;
  readonly unfinished: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: the list holds reconcilers of every document; each is typed where it is written
  load(): Promise<ReconcilerUnit<any, any>>;
}
