import type { Place } from "../../../frame/kind-naming.ts";
import type { Permission } from "../../../frame/permissions.ts";
import { alarmKind } from "./alarm-kind.ts";

/** Needs an action on the alarm that the input names. */
export const onAlarm =
  (operation: string) =>
  ({ AlarmName = "*" }: { readonly AlarmName?: string | undefined }, place: Place): Permission[] => [
    { action: `cloudwatch:${operation}`, resource: alarmKind.pattern(place, { AlarmName }) },
  ];

/** Needs an action on each alarm that the input names; on all when it names none. */
export const onAlarms =
  (operation: string) =>
  ({ AlarmNames = [] }: { readonly AlarmNames?: readonly string[] | undefined }, place: Place): Permission[] =>
    (AlarmNames.length === 0 ? ["*"] : AlarmNames).map((AlarmName) => ({
      action: `cloudwatch:${operation}`,
      resource: alarmKind.pattern(place, { AlarmName }),
    }));
