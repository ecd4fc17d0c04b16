import { integer } from "../../../base/params.ts";
import { date, double, timestamp } from "../../column-type.ts";
import { as, call, type Expression, literal } from "../../sql/expression.ts";
import { StepFault } from "../../step-fault.ts";
import { filledText } from "../../text-param.ts";

/** Steps of one length, of months, or of working days. */
type Unit = { readonly microseconds: number } | { readonly months: number } | { readonly workingDays: true };

const second = 1_000_000;
const day = 86_400 * second;

const units: Readonly<Record<string, Unit>> = {
  microsecond: { microseconds: 1 },
  millisecond: { microseconds: 1_000 },
  second: { microseconds: second },
  minute: { microseconds: 60 * second },
  hour: { microseconds: 3_600 * second },
  day: { microseconds: day },
  "business day": { workingDays: true },
  week: { microseconds: 7 * day },
  month: { months: 1 },
  quarter: { months: 3 },
  year: { months: 12 },
};

/** The words of flows and of pandas for the same units. */
const alike: Readonly<Record<string, string>> = {
  hourly: "hour",
  daily: "day",
  "calendar day": "day",
  weekday: "business day",
  weekly: "week",
  monthly: "month",
  "calendar month": "month",
  quarterly: "quarter",
  "annual quarter": "quarter",
  yearly: "year",
  annual: "year",
  secondly: "second",
  minutely: "minute",
};

export const frequencyParams = {
  "frequency.quantity": integer({ default: 1, min: 1 }),
  "frequency.offset_description": filledText,
};

export interface Frequency {
  /** Whether its times have no hour. */
  readonly isOfDays: boolean;
  /** The number of the step that a time is in. */
  stepOf(time: Expression): Expression;
  /** When a step begins: a week on its Monday, a month on its first day. */
  startOf(step: Expression): Expression;
  /** The time that is so many steps after another. */
  after(time: Expression, steps: Expression): Expression;
}

const floored = (value: Expression, by: number): Expression => call("floor", call("divide", value, literal(by)));
const times = (value: Expression, by: number): Expression => call("multiply", value, literal(by));
const plus = (value: Expression, by: number): Expression => call("add", value, literal(by));
/** Days since Monday, 29 December 1969. */
const daysFromMonday = (time: Expression): Expression => plus(floored(call("microseconds", time), day), 3);

/** @throws StepFault for a unit that is not known */
export function frequencyOf(values: {
  "frequency.quantity": number;
  "frequency.offset_description": string;
}): Frequency {
  const quantity = values["frequency.quantity"];
  const given = values["frequency.offset_description"].trim().toLowerCase();
  const word = alike[given] ?? given.replace(/s$/, "");
  const unit = Object.hasOwn(units, word) ? units[word]! : undefined;
  if (unit === undefined)
    throw new StepFault(
      `The frequency ${JSON.stringify(values["frequency.offset_description"])} is not known; give one of ${Object.keys(units).join(", ")}.`,
    );
  if ("workingDays" in unit) return ofWorkingDays(quantity);
  if ("months" in unit) return ofMonths(quantity * unit.months);
  const length = quantity * unit.microseconds;
  // Weeks begin on Monday, as 29 December 1969 did.
  const origin = unit.microseconds === 7 * day ? -3 * day : 0;
  return {
    isOfDays: length % day === 0,
    stepOf: (time) => floored(plus(call("microseconds", time), -origin), length),
    startOf: (step) => call("fromMicroseconds", plus(times(step, length), origin)),
    after: (time, steps) => call("fromMicroseconds", call("add", call("microseconds", time), times(steps, length))),
  };
}

const monthsTo1970 = 1970 * 12;

const ofMonths = (months: number): Frequency => ({
  isOfDays: true,
  stepOf: (time) => floored(plus(call("add", times(call("year", time), 12), call("month", time)), -1), months),
  startOf: (step) => {
    const start = as(literal("1970-01-01", date), timestamp);
    return call("addMonthsToTime", start, plus(times(step, months), -monthsTo1970));
  },
  after: (time, steps) => call("addMonthsToTime", time, times(steps, months)),
});

/** A Saturday and a Sunday belong to their Friday. */
function ofWorkingDays(quantity: number): Frequency {
  const working = (time: Expression): Expression => {
    const days = daysFromMonday(time);
    const week = floored(days, 7);
    return call("add", times(week, 5), call("least", call("subtract", days, times(week, 7)), 4));
  };
  const startOf = (step: Expression): Expression => {
    const week = floored(step, 5);
    const days = call("add", times(week, 7), call("subtract", step, times(week, 5)));
    return call("fromMicroseconds", times(plus(days, -3), day));
  };
  return {
    isOfDays: true,
    stepOf: (time) => floored(working(time), quantity),
    startOf: (step) => startOf(times(step, quantity)),
    after: (time, steps) => {
      const clock = call("subtract", call("microseconds", time), times(floored(call("microseconds", time), day), day));
      const start = startOf(call("add", working(time), times(steps, quantity)));
      return call("fromMicroseconds", call("add", call("microseconds", start), clock));
    },
  };
}

/** A number as a double, "not a number" as null: what is missing of a series. */
export const presentNumber = (value: Expression): Expression =>
  call("nullIf", as(value, double), literal(Number.NaN, double));
