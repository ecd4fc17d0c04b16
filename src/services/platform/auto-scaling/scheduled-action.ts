import { validationFault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import { parentFence } from "../../../frame/children.ts";
import { parentText } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { scalableOf } from "./scalable-resource.ts";
import { notFound } from "./scaling-faults.ts";
import {
  actionArn,
  actionKey,
  scalableTargetKind,
  scheduledActionKind,
  targetKey,
  type WantedAction,
} from "./scaling-kinds.ts";
import { listScaling } from "./scaling-list.ts";
import { onTarget } from "./scaling-permissions.ts";
import { nextTime } from "./scaling-schedule.ts";

const permissions = {
  PutScheduledAction: onTarget("PutScheduledAction"),
  DeleteScheduledAction: onTarget("DeleteScheduledAction"),
};

export const scheduledAction = defineOperations("application-autoscaling", permissions, {
  async PutScheduledAction(input, context) {
    scalableOf(context, input);
    const key = actionKey(context, input);
    await againOnConflict(context, async () => {
      const target = await scalableTargetKind.find(context, targetKey(context, input));
      if (!target) throw notFound("scalable target registered", input);
      const before = await scheduledActionKind.find(context, key);
      // What an update leaves out stays.
      const wanted: WantedAction = { ...before?.wanted, ...defined(input) } as WantedAction;
      checkAction(wanted);
      const now = context.clock.now();
      const created = before?.created ?? now;
      const next = nextTime(wanted, now, created);
      if (next === undefined && wanted.Schedule!.startsWith("at"))
        throw validationFault("Scheduled action time is in the past, or outside of StartTime and EndTime");
      if (
        next === undefined &&
        nextTime({ ...wanted, StartTime: undefined, EndTime: undefined }, now, created) === undefined
      )
        throw validationFault(`The schedule ${wanted.Schedule} never comes: no date from now on is one of its times.`);
      const change = await scheduledActionKind.put(context, {
        ...(before ?? { key, id: context.ids.ulid(), origin: context.origin, created }),
        parent: parentText(target.key),
        modified: now,
        status: next === undefined ? "Over" : "Waiting",
        wanted,
        actual: { uuid: before?.actual.uuid ?? context.ids.uuid(), ...(next !== undefined && { next }) },
      });
      await context.resources.write([change, await parentFence(context, target)]);
    });
    return {};
  },

  async DescribeScheduledActions(input, context) {
    const { ScheduledActionNames: names = [] } = input;
    const { documents, next } = await listScaling(context, scheduledActionKind, input);
    return {
      ScheduledActions: documents
        .filter(({ wanted }) => names.length === 0 || names.includes(wanted.ScheduledActionName))
        .map((action) => ({
          ...action.wanted,
          Schedule: action.wanted.Schedule!,
          StartTime: action.wanted.StartTime && new Date(action.wanted.StartTime),
          EndTime: action.wanted.EndTime && new Date(action.wanted.EndTime),
          ScheduledActionARN: actionArn(action),
          CreationTime: new Date(action.created),
        })),
      NextToken: next,
    };
  },

  async DeleteScheduledAction(input, context) {
    await againOnConflict(context, async () => {
      const key = actionKey(context, input);
      const action = await scheduledActionKind.find(context, key);
      if (!action)
        throw notFound("scheduled action found", input, `, scheduled action name: ${input.ScheduledActionName}`);
      await context.resources.write([{ delete: key, expected: action.version }]);
    });
    return {};
  },
});

const defined = (input: object) => Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

function checkAction({ Schedule, ScalableTargetAction: action, StartTime, EndTime }: WantedAction): void {
  if (Schedule === undefined) throw validationFault("Schedule must be specified for a new scheduled action.");
  const { MinCapacity, MaxCapacity } = action ?? {};
  if (MinCapacity === undefined && MaxCapacity === undefined)
    throw validationFault("ScalableTargetAction must specify MinCapacity, MaxCapacity, or both.");
  if (MinCapacity !== undefined && MaxCapacity !== undefined && MinCapacity > MaxCapacity)
    throw validationFault("Minimum capacity cannot be greater than maximum capacity");
  if (StartTime !== undefined && EndTime !== undefined && new Date(StartTime) >= new Date(EndTime))
    throw validationFault("StartTime must be before EndTime.");
}
