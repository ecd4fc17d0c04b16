import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checkTags } from "../../../frame/resource-tags.ts";
import { configured } from "./alarm-events.ts";
import { validationError } from "./alarm-faults.ts";
import { alarmKind, typeOf, type WantedAlarm } from "./alarm-kind.ts";
import { onAlarm } from "./alarm-permissions.ts";
import { initialReason } from "./alarm-words.ts";
import { checkCompositeAlarm } from "./composite-alarm.ts";
import { checkMetricAlarm } from "./metric-alarm-checks.ts";

export const putAlarm = defineOperations(
  "cloudwatch",
  { PutMetricAlarm: onAlarm("PutMetricAlarm"), PutCompositeAlarm: onAlarm("PutCompositeAlarm") },
  {
    async PutMetricAlarm(input, context) {
      checkMetricAlarm(context, input);
      await put(context, input);
      return {};
    },

    async PutCompositeAlarm(input, context) {
      await checkCompositeAlarm(context, input);
      await put(context, input);
      return {};
    },
  },
);

/** Makes an alarm, or replaces all of its configuration and leaves its state and its tags. */
function put(context: Context, input: WantedAlarm): Promise<void> {
  const { Tags = [] } = input;
  checkTags(Tags as never);
  const wanted: WantedAlarm = { ...input, ActionsEnabled: input.ActionsEnabled ?? true, Tags };
  const key = alarmKind.key(context, { AlarmName: input.AlarmName! });
  return againOnConflict(context, async () => {
    const before = await alarmKind.find(context, key);
    const now = context.clock.now();
    if (before && typeOf(before.wanted) !== typeOf(wanted))
      throw validationError(`The alarm ${input.AlarmName} exists and is a ${typeOf(before.wanted)}.`);
    const document = before
      ? {
          ...before,
          modified: now,
          wanted: { ...wanted, Tags: before.wanted.Tags },
          actual: { ...before.actual, held: undefined, configured: now },
        }
      : {
          key,
          id: context.ids.ulid(),
          origin: context.origin,
          status: "INSUFFICIENT_DATA",
          created: now,
          modified: now,
          wanted,
          actual: { reason: initialReason, updated: now, transitioned: now, configured: now },
        };
    const event = before ? configured(document, "update", before) : configured(document, "create");
    await context.resources.write([await alarmKind.put(context, document)], { events: [event] });
  });
}
