import type { ResourceEvent } from "../../../stores/resources/port.ts";
import { stateChanged } from "./alarm-events.ts";
import type { AlarmState } from "./alarm-faults.ts";
import type { ActualAlarm, AlarmDocument, CompositeAlarm, Suppression } from "./alarm-kind.ts";

/** The alarm that suppresses the actions of another one, as it is. */
export interface Suppressor {
  readonly isInAlarm: boolean;
  /** When it came into its state, in milliseconds since 1970. */
  readonly since: number;
}

type Periods = Pick<CompositeAlarm, "ActionsSuppressorWaitPeriod" | "ActionsSuppressorExtensionPeriod">;

/**
 * Returns what suppresses the actions of an alarm now; undefined when nothing does. An alarm that comes into ALARM waits for
 * its suppressor; one whose suppressor leaves ALARM waits some more.
 */
export function suppressionNow(
  before: Suppression | undefined,
  { isInAlarm, since }: Suppressor,
  periods: Periods,
  { comesIntoAlarm, isAlarm }: { readonly comesIntoAlarm: boolean; readonly isAlarm: boolean },
  now: number,
): Suppression | undefined {
  if (isInAlarm) return { by: "Alarm" };
  const ends = (by: Suppression["by"], begin: number, seconds = 0): Suppression | undefined => {
    const until = begin + seconds * 1000;
    return now < until ? { by, until } : undefined;
  };
  if (before?.by === "Alarm") return ends("ExtensionPeriod", since, periods.ActionsSuppressorExtensionPeriod);
  if (before?.by === "ExtensionPeriod" && now < before.until!) return before;
  if (comesIntoAlarm) return ends("WaitPeriod", now, periods.ActionsSuppressorWaitPeriod);
  return before?.by === "WaitPeriod" && isAlarm && now < before.until! ? before : undefined;
}

interface Came {
  readonly update: { status: AlarmState; actual: ActualAlarm };
  readonly events: readonly ResourceEvent[];
}

/**
 * Adds to what a composite alarm becomes whether its actions are suppressed. While they are, the alarm remembers the state
 * whose actions were done last; when they are no more, an alarm in another state tells it anew, for its actions.
 */
export function withSuppression(
  alarm: AlarmDocument,
  came: Came | undefined,
  suppressor: Suppressor | undefined,
  now: number,
): Came | undefined {
  const status = (came?.update.status ?? alarm.status) as AlarmState;
  const { suppressed: before, acted: actedBefore } = alarm.actual;
  const comesIntoAlarm = status === "ALARM" && alarm.status !== "ALARM";
  const suppressed =
    suppressor &&
    suppressionNow(
      before,
      suppressor,
      alarm.wanted as CompositeAlarm,
      { comesIntoAlarm, isAlarm: status === "ALARM" },
      now,
    );
  if (!came && suppressed?.by === before?.by && suppressed?.until === before?.until) return undefined;
  const acted = suppressed ? (before ? actedBefore : (alarm.status as AlarmState)) : undefined;
  const { suppressed: _, acted: __, ...rest } = came?.update.actual ?? alarm.actual;
  const actual: ActualAlarm = { ...rest, ...(suppressed && { suppressed, acted }) };
  const isOther = status !== alarm.status;
  const isOver = !suppressed && before !== undefined;
  const isBack = isOver && status === actedBefore;
  // An alarm that is back in the state in which it acted last has nothing to make good.
  const told = { ...alarm, status, actual: isBack ? { ...actual, suppressed: before } : actual };
  return { update: { status, actual }, events: isOther || (isOver && !isBack) ? [stateChanged(alarm, told)] : [] };
}
