import { validationFault } from "../../../aws/faults.ts";
import { parseScheduleExpression, type ScheduleExpression } from "../../../base/schedule-expression.ts";
import { type TimeZone, timeZone } from "../../../base/time-zone.ts";
import type { WantedAction } from "./scaling-kinds.ts";

type Times = Pick<WantedAction, "Schedule" | "Timezone" | "StartTime" | "EndTime">;

/** Stored times are JSON. */
const milliseconds = (time: Date | string | undefined): number | undefined =>
  time === undefined ? undefined : new Date(time).getTime();

/** Returns the first time of a scheduled action after a time; undefined when none is left. `created`: when it was made. */
export function nextTime({ Schedule, Timezone, StartTime, EndTime }: Times, after: number, created: number) {
  const zone = Timezone === undefined ? undefined : zoneNamed(Timezone);
  const [start, end] = [milliseconds(StartTime), milliseconds(EndTime)];
  const from = start === undefined ? after : Math.max(after, start - 1);
  const at = /^at\((.*)\)$/.exec(Schedule!)?.[1];
  const next = at === undefined ? following(Schedule!, zone, from, start, created) : once(at, zone);
  const isWithin = next !== undefined && next > after && (end === undefined || next <= end);
  return isWithin ? next : undefined;
}

function following(
  schedule: string,
  zone: TimeZone | undefined,
  from: number,
  start: number | undefined,
  created: number,
): number | undefined {
  const expression = parsed(schedule);
  // A rate counts from a moment, which is the same in every zone. A start that is given is its first time.
  if (schedule.startsWith("rate"))
    return start !== undefined && from < start ? start : expression.next(from, start ?? created);
  if (!zone) return expression.next(from, created);
  for (let wall = zone.wallTime(from); ; ) {
    const next = expression.next(wall, created);
    if (next === undefined) return undefined;
    const time = zone.timeOf(next);
    if (time > from) return time;
    wall = next;
  }
}

function once(text: string, zone: TimeZone | undefined): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(time)) throw validationFault(`Invalid schedule at(${text}): at(yyyy-mm-ddThh:mm:ss) is expected.`);
  return zone ? zone.timeOf(time) : time;
}

function parsed(schedule: string): ScheduleExpression {
  try {
    return parseScheduleExpression(schedule);
  } catch (error) {
    throw validationFault(`Invalid schedule ${schedule}: ${(error as Error).message}`);
  }
}

function zoneNamed(name: string): TimeZone {
  try {
    return timeZone(name);
  } catch {
    throw validationFault(`Invalid time zone: ${name}`);
  }
}
