/**
 * The six fields of AWS's cron(): minutes, hours, day of month, month, day of week, year. Times are UTC. Exactly one of
 * the two days is `?`. Sunday is 1.
 */
export interface CronExpression {
  /** Returns the first time after this one, both in milliseconds since 1970; undefined when there is none. */
  next(after: number): number | undefined;
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names of the values, from `from` on. */
  readonly names?: readonly string[];
}

const minuteField: Field = { name: "minutes", from: 0, to: 59 };
const hourField: Field = { name: "hours", from: 0, to: 23 };
const dayField: Field = { name: "day of month", from: 1, to: 31 };
const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const monthField: Field = { name: "month", from: 1, to: 12, names: monthNames };
const weekdayField: Field = {
  ...{ name: "day of week", from: 1, to: 7 },
  names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};
const yearField: Field = { name: "year", from: 1970, to: 2199 };

/** Says which days of a month are meant; months are 1 to 12. */
type Days = (year: number, month: number) => readonly number[];

/** @throws RangeError for a text that is not such an expression */
export function parseCronExpression(text: string): CronExpression {
  const fields = text.trim().toUpperCase().split(/\s+/);
  if (fields.length !== 6) throw new RangeError(`A cron expression has six fields, not ${fields.length}: ${text}`);
  const [minuteText, hourText, dayText, monthText, weekdayText, yearText] = fields as [
    ...[string, string, string],
    ...[string, string, string],
  ];
  if ((dayText === "?") === (weekdayText === "?"))
    throw new RangeError(`One of day of month and day of week is ?, and only one: ${text}`);
  const minutes = valuesOf(minuteText, minuteField);
  const hours = valuesOf(hourText, hourField);
  const months = valuesOf(monthText, monthField);
  const years = valuesOf(yearText, yearField);
  const days = weekdayText === "?" ? daysOfMonth(dayText) : daysOfWeek(weekdayText);

  return {
    next(after) {
      const start = new Date(after);
      for (const year of years) {
        if (year < start.getUTCFullYear()) continue;
        for (const month of months) {
          if (Date.UTC(year, month, 1) <= after) continue;
          for (const day of days(year, month)) {
            const midnight = Date.UTC(year, month - 1, day);
            if (midnight + dayMilliseconds <= after) continue;
            for (const hour of hours)
              for (const minute of minutes) {
                const time = midnight + (hour * 60 + minute) * 60_000;
                if (time > after) return time;
              }
          }
        }
      }
      return undefined;
    },
  };
}

const dayMilliseconds = 86_400_000;
const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
/** 1 is Sunday. */
const weekdayOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

function daysOfMonth(text: string): Days {
  if (text === "L") return (year, month) => [daysIn(year, month)];
  const near = /^(\d+)W$/.exec(text);
  if (near) {
    const [day] = valuesOf(near[1]!, dayField);
    return (year, month) => nearestWorkday(year, month, day!);
  }
  const values = valuesOf(text, dayField);
  return (year, month) => values.filter((day) => day <= daysIn(year, month));
}

/** Returns the day from Monday to Friday that is nearest in the same month; none where the month has no such day. */
function nearestWorkday(year: number, month: number, day: number): readonly number[] {
  const last = daysIn(year, month);
  if (day > last) return [];
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return [day > 1 ? day - 1 : day + 2];
  if (weekday === 1) return [day < last ? day + 1 : day - 2];
  return [day];
}

function daysOfWeek(text: string): Days {
  const all: Days = (year, month) => Array.from({ length: daysIn(year, month) }, (_, index) => index + 1);
  const on =
    (values: readonly number[]): Days =>
    (year, month) =>
      all(year, month).filter((day) => values.includes(weekdayOf(year, month, day)));
  // The last day of a week is Saturday.
  if (text === "L") return on([7]);
  const last = /^(\w+)L$/.exec(text);
  if (last) {
    const days = on([numberOf(last[1]!, weekdayField)]);
    return (year, month) => days(year, month).slice(-1);
  }
  const counted = /^(\w+)#([1-5])$/.exec(text);
  if (counted) {
    const days = on([numberOf(counted[1]!, weekdayField)]);
    const index = Number(counted[2]) - 1;
    return (year, month) => days(year, month).slice(index, index + 1);
  }
  return on(valuesOf(text, weekdayField));
}

/** Returns the values of a field in order: `1,5-7`, `*`, `0/10`, `1-9/2`, `20-2`. */
function valuesOf(text: string, field: Field): readonly number[] {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [, range = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [first = "", last, ...more] = range.split("-");
    if (more.length > 0 || step === "0" || (last !== undefined && first === "*")) throw invalid(part, field);
    const from = first === "*" ? field.from : numberOf(first, field);
    const isOpen = first === "*" || (last === undefined && step !== undefined);
    const to = isOpen ? field.to : last === undefined ? from : numberOf(last, field);
    // A range may go on from the beginning of the field, as from 20 to 2 o'clock.
    const size = field.to - field.from + 1;
    const length = to < from ? to - from + size : to - from;
    for (let passed = 0; passed <= length; passed += Number(step ?? 1))
      values.add(field.from + ((from - field.from + passed) % size));
  }
  return [...values].sort((a, b) => a - b);
}

function numberOf(text: string, field: Field): number {
  const named = field.names?.indexOf(text) ?? -1;
  const value = named >= 0 ? field.from + named : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.from && value <= field.to)) throw invalid(text, field);
  return value;
}

const invalid = (text: string, { name, from, to }: Field): RangeError =>
  new RangeError(`${text || "Nothing"} is no ${name}: it is from ${from} to ${to}`);
