import { date, isNumeric, timestamp } from "../../column-type.ts";
import { StepFault } from "../../step-fault.ts";
import { as, call, cast, type Expression, literal } from "../expression.ts";
import { formatOperand, parseTime, readTimeFormat } from "../time-format.ts";
import { toDate, toLong, toText, toTime } from "./coerce.ts";
import { type FormulaFunction, taking, wordOf } from "./formula-function.ts";

const part = (name: Parameters<typeof call>[0]): FormulaFunction =>
  taking(1, 1, ([one]) => call(name, one!.type.kind === "date" ? one! : toTime(one!)));
const clock = (name: "hour" | "minute" | "second"): FormulaFunction =>
  taking(1, 1, ([one]) => call(name, toTime(one!)));

const parsed = (one: Expression, format: Expression | undefined): Expression => {
  if (format === undefined || one.type.kind !== "text") return toTime(one);
  return parseTime(toText(one), readTimeFormat(wordOf(format, "The format of a time")));
};
const written = (one: Expression, format: string): Expression =>
  call("formatTimestamp", toTime(one), formatOperand(readTimeFormat(format), true));

const units = {
  year: ["year", "yyyy", "yy"],
  quarter: ["quarter"],
  month: ["month", "mm", "mon"],
  week: ["week"],
  day: ["day", "dd"],
  hour: ["hour"],
  minute: ["minute"],
  second: ["second"],
} as const;

function unitOf(one: Expression, allowed: readonly (keyof typeof units)[]): string {
  const word = wordOf(one, "The unit of a time").toLowerCase();
  const found = allowed.find((unit) => (units[unit] as readonly string[]).includes(word));
  if (found) return found;
  throw new StepFault(`The unit ${JSON.stringify(word)} of a time is not known; give ${allowed.join(", ")}.`);
}

const calendar = ["year", "quarter", "month", "week"] as const;
const all = Object.keys(units) as (keyof typeof units)[];
const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const nameAt = (names: readonly string[], place: Expression): Expression =>
  call("elementAt", call("listOf", ...names), place);
const epoch = literal("1970-01-01", date);
const seconds = (one: Expression): Expression => call("secondsOf", one);

export const timeFunctions: Readonly<Record<string, FormulaFunction>> = {
  year: part("year"),
  quarter: part("quarter"),
  month: part("month"),
  weekofyear: part("week"),
  week: part("week"),
  day: part("dayOfMonth"),
  dayofmonth: part("dayOfMonth"),
  dayofyear: part("dayOfYear"),
  weekday: part("dayOfWeek"),
  /** Sunday is 1. */
  dayofweek: taking(1, 1, ([one]) =>
    call("add", call("remainder", call("add", part("dayOfWeek").make([one!]), 1), 7), 1),
  ),
  hour: clock("hour"),
  minute: clock("minute"),
  second: clock("second"),
  to_date: taking(1, 2, ([one, format]) => (format ? call("toDate", parsed(one!, format)) : toDate(one!))),
  to_timestamp: taking(1, 2, ([one, format]) => parsed(one!, format)),
  date_format: taking(2, 2, ([one, format]) => written(one!, wordOf(format!, "The format of a time"))),
  date_add: taking(2, 2, ([one, days]) => call("addDays", toDate(one!), toLong(days!))),
  date_sub: taking(2, 2, ([one, days]) => call("addDays", toDate(one!), call("negate", toLong(days!)))),
  add_months: taking(2, 2, ([one, months]) => call("addMonths", toDate(one!), toLong(months!))),
  datediff: taking(2, 2, ([end, start]) => call("daysBetween", toDate(end!), toDate(start!))),
  date_diff: taking(2, 2, ([end, start]) => call("daysBetween", toDate(end!), toDate(start!))),
  last_day: taking(1, 1, ([one]) => call("lastDay", toDate(one!))),
  trunc: taking(2, 2, ([one, unit]) =>
    call("toDate", call("truncateTime", literal(unitOf(unit!, calendar)), as(toDate(one!), timestamp))),
  ),
  date_trunc: taking(2, 2, ([unit, one]) => call("truncateTime", literal(unitOf(unit!, all)), toTime(one!))),
  unix_timestamp: taking(1, 2, ([one, format]) => seconds(parsed(one!, format))),
  to_unix_timestamp: taking(1, 2, ([one, format]) => seconds(parsed(one!, format))),
  from_unixtime: taking(1, 2, ([one, format]) => {
    const time = call("fromMicroseconds", call("multiply", toLong(one!), 1_000_000));
    return written(time, format ? wordOf(format, "The format of a time") : "yyyy-MM-dd HH:mm:ss");
  }),
  dateadd: taking(2, 2, ([one, days]) => call("addDays", toDate(one!), toLong(days!))),
  dayname: taking(1, 1, ([one]) => nameAt(days, call("add", part("dayOfWeek").make([one!]), 1))),
  monthname: taking(1, 1, ([one]) => nameAt(months, part("month").make([one!]))),
  unix_date: taking(1, 1, ([one]) => call("daysBetween", toDate(one!), epoch)),
  date_from_unix_date: taking(1, 1, ([days]) => call("addDays", epoch, toLong(days!))),
  unix_seconds: taking(1, 1, ([one]) => seconds(toTime(one!))),
  unix_micros: taking(1, 1, ([one]) => call("microseconds", toTime(one!))),
  unix_millis: taking(1, 1, ([one]) => call("floor", call("divide", call("microseconds", toTime(one!)), 1_000))),
  timestamp_micros: taking(1, 1, ([one]) => call("fromMicroseconds", toLong(one!))),
  timestamp_millis: taking(1, 1, ([one]) => call("fromMicroseconds", call("multiply", toLong(one!), 1_000))),
  timestamp_seconds: taking(1, 1, ([one]) => {
    if (!isNumeric(one!.type)) throw new StepFault("timestamp_seconds takes a number.");
    return call("fromMicroseconds", cast(call("multiply", one!, 1_000_000), { kind: "long" }));
  }),
};
