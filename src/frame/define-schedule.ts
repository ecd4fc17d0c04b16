import { parseScheduleExpression } from "../base/schedule-expression.ts";
import type { ResourceDocument } from "../stores/resources/port.ts";
import {
  defineReconciler,
  type ReconcileContext,
  type ReconcileResult,
  type ReconcilerUnit,
} from "./define-reconciler.ts";

/** What the actual state of a scheduled document holds for its reconciler. */
export interface Scheduled {
  /** The expression that `next` was found by, and the next time in milliseconds since 1970; absent when none is left. */
  readonly schedule?: { readonly expression: string; readonly next?: number };
}

interface ScheduleDeclaration<Wanted, Actual extends Scheduled>
  extends Omit<ReconcilerUnit<Wanted, Actual>, "unit" | "reconcile"> {
  /** Returns rate(...) or cron(...), which the Create operation has checked with `parseScheduleExpression`. */
  expression(document: ResourceDocument<Wanted, Actual>): string;
  /**
   * Does what is due at a time. What it returns is written in one batch with the next time, so after a kill it may be
   * called again for the same time.
   */
  act(
    document: ResourceDocument<Wanted, Actual>,
    time: number,
    context: ReconcileContext,
  ): Promise<Omit<ReconcileResult<Wanted, Actual>, "again">>;
}

/**
 * Declares the reconciler of a kind that acts at the times of an expression, while its documents are `unfinished`. The
 * next time is kept in the document: one that passed while the server was away is made up for, once.
 */
export const defineSchedule = <Wanted, Actual extends Scheduled>({
  expression: expressionOf,
  act,
  ...reconciler
}: ScheduleDeclaration<Wanted, Actual>): ReconcilerUnit<Wanted, Actual> =>
  defineReconciler({
    ...reconciler,
    async reconcile(document, context) {
      const expression = expressionOf(document);
      const now = context.clock.now();
      const known = document.actual.schedule;
      const following = (actual: Actual): Actual => {
        const next = parseScheduleExpression(expression).next(now, document.created);
        return { ...actual, schedule: { expression, next } };
      };
      if (known?.expression !== expression) return { update: { actual: following(document.actual) } };
      if (known.next === undefined) return {};
      if (now < known.next) return { again: known.next };
      const { update, ...rest } = await act(document, known.next, context);
      return { ...rest, update: { ...update, actual: following(update?.actual ?? document.actual) } };
    },
  });
