import { timestamp } from "../../column-type.ts";
import { StepFault } from "../../step-fault.ts";
import { as, call, type Expression } from "../expression.ts";
import { toTime } from "./coerce.ts";
import type { Formula } from "./syntax.ts";

/** A date or a time with an interval added or taken away; undefined for another operation. */
export function shiftedTime(
  { operands, operator }: Extract<Formula, { kind: "operator" }>,
  translate: (one: Formula) => Expression,
): Expression | undefined {
  const interval = operands.find((one) => one.kind === "interval");
  if (interval === undefined || (operator !== "+" && operator !== "-")) return undefined;
  const other = operands.find((one) => one !== interval);
  if (other === undefined || other.kind === "interval" || (operator === "-" && operands[0] === interval))
    throw new StepFault("INTERVAL is added to a date or a time, or taken away from one: pickup + INTERVAL 1 DAY.");
  const given = translate(other);
  const start = given.type.kind === "date" ? given : toTime(given);
  const sign = operator === "-" ? -1 : 1;
  const day = 86_400_000_000;
  const isDate = start.type.kind === "date" && interval.microseconds % day === 0;
  const months = sign * interval.months;
  if (isDate) {
    const moved = months === 0 ? start : call("addMonths", start, months);
    return interval.microseconds === 0 ? moved : call("addDays", moved, (sign * interval.microseconds) / day);
  }
  const time = as(start, timestamp);
  const moved = months === 0 ? time : call("addMonthsToTime", time, months);
  if (interval.microseconds === 0) return moved;
  return call("fromMicroseconds", call("add", call("microseconds", moved), sign * interval.microseconds));
}
