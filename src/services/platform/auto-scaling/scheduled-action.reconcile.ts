import { defineReconciler, type ReconcileContext } from "../../../frame/define-reconciler.ts";
import type { ResourceChange } from "../../../stores/resources/port.ts";
import { keepActivity } from "./activity-journal.ts";
import { type ActionDocument, scalableTargetKind, scheduledActionKind, targetKey } from "./scaling-kinds.ts";
import { nextTime } from "./scaling-schedule.ts";

/**
 * Sets the limits of a scalable target at the times of an action. One that passed while the server was away is made up
 * for, once. The limits and the action's next time are one batch.
 */
export const scheduledActionReconciler = defineReconciler({
  kind: scheduledActionKind,
  unfinished: ["Waiting"],
  async reconcile(action, context) {
    const { actual, wanted, created } = action;
    const now = context.clock.now();
    const due = actual.next;
    if (due !== undefined && now < due) return { again: due };
    const changes = due === undefined ? [] : await act(action, due, context);
    const next = nextTime(wanted, now, created);
    return {
      update: {
        status: next === undefined ? "Over" : "Waiting",
        actual: { uuid: actual.uuid, ...(next !== undefined && { next }) },
      },
      changes,
    };
  },
});

async function act({ id, wanted }: ActionDocument, due: number, context: ReconcileContext): Promise<ResourceChange[]> {
  const target = await scalableTargetKind.find(context, targetKey(context, wanted));
  if (!target || target.wanted.SuspendedState.ScheduledScalingSuspended) return [];
  const { MinCapacity: least, MaxCapacity: most } = wanted.ScalableTargetAction!;
  const words = [
    ...(least === undefined ? [] : [`min capacity to ${least}`]),
    ...(most === undefined ? [] : [`max capacity to ${most}`]),
  ].join(" and ");
  const MinCapacity = least ?? target.wanted.MinCapacity;
  const MaxCapacity = most ?? target.wanted.MaxCapacity;
  const isValid = MinCapacity <= MaxCapacity;
  const now = context.clock.now();
  const { ServiceNamespace, ResourceId, ScalableDimension } = wanted;
  await keepActivity(context.journals, target.key, {
    // The same activity when a kill has it kept again.
    ActivityId: `${id}-${due}`,
    ...{ ServiceNamespace, ResourceId, ScalableDimension },
    Description: `Setting ${words}`,
    Cause: `scheduled action name ${wanted.ScheduledActionName} was triggered`,
    StatusCode: isValid ? "Successful" : "Failed",
    StatusMessage: isValid
      ? `Successfully set ${words}`
      : `Failed to set ${words}. Reason: Minimum capacity cannot be greater than maximum capacity`,
    start: now,
    end: now,
  });
  if (!isValid) return [];
  return [
    await scalableTargetKind.put(context, {
      ...target,
      modified: now,
      status: "Active",
      wanted: { ...target.wanted, MinCapacity, MaxCapacity },
      actual: { ...target.actual, limitsChanged: true },
    }),
  ];
}
