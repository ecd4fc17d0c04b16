import type { ResourceEvent } from "../../../stores/resources/port.ts";
import { stateChanged } from "./alarm-events.ts";
import type { AlarmState } from "./alarm-faults.ts";
import type { ActualAlarm, AlarmDocument } from "./alarm-kind.ts";

export interface NewState {
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData?: string | undefined;
}

/** Returns what an alarm becomes in a state, and the event when it was in another one. */
export function comeInto(
  alarm: AlarmDocument,
  { state, reason, reasonData }: NewState,
  now: number,
): { readonly update: { status: AlarmState; actual: ActualAlarm }; readonly events: readonly ResourceEvent[] } {
  const isOther = state !== alarm.status;
  const { configured, transitioned } = alarm.actual;
  const actual: ActualAlarm = {
    reason,
    ...(reasonData !== undefined && { reasonData }),
    updated: now,
    transitioned: isOther ? now : transitioned,
    configured,
  };
  const update = { status: state, actual };
  return { update, events: isOther ? [stateChanged(alarm, { ...alarm, ...update })] : [] };
}
