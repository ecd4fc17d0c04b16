import type { EngineFunction } from "../../../../base/engine-function.ts";
import { fail } from "./fail.ts";

const dayMilliseconds = 86_400_000;
const hourMilliseconds = 3_600_000;

const dateForm = String.raw`(?<year>[+-]?\d{1,9})(?:-(?:W(?<week>\d{1,2})(?:-(?<weekday>\d))?|(?<dayOfYear>\d{3})|(?<month>\d{1,2})(?:-(?<day>\d{1,2}))?))?`;
const secondForm = String.raw`:(?<second>\d{1,2})(?:[.,](?<secondPart>\d+))?`;
const minuteForm = String.raw`:(?<minute>\d{1,2})(?:${secondForm}|[.,](?<minutePart>\d+))?`;
const clockForm = String.raw`(?<hour>\d{1,2})(?:${minuteForm}|[.,](?<hourPart>\d+))?`;
const zoneForm = String.raw`(?<zone>Z|[+-]\d{2}(?::?\d{2}(?::?00)?)?)`;
const forms = {
  date: new RegExp(`^${dateForm}$`, "i"),
  moment: new RegExp(`^(?:${dateForm})?(?:(?<=\\d)|(?=T))(?:T(?:${clockForm})?${zoneForm}?)?$`, "i"),
};

/** Reads the parts of a text that ISO 8601 has for dates, weeks and days of a year, as Joda reads them. */
class Parts {
  readonly #text: string;
  readonly #found: Readonly<Record<string, string | undefined>>;

  constructor(text: string, form: RegExp) {
    this.#text = text;
    const found = text === "" ? undefined : form.exec(text)?.groups;
    if (!found) fail(`Invalid format: "${text}"`);
    this.#found = found;
  }

  has(name: string): boolean {
    return this.#found[name] !== undefined;
  }

  text(name: string): string {
    return this.#found[name] ?? "";
  }

  /** A number within its limits. */
  number(name: string, [from, to]: readonly [number, number], otherwise: number, field = name): number {
    const written = this.#found[name];
    if (written === undefined) return otherwise;
    const value = Number(written);
    if (value < from || value > to)
      fail(`Cannot parse "${this.#text}": Value ${value} for ${field} must be in the range [${from},${to}]`);
    return value;
  }

  /** A part of a unit in milliseconds. */
  fraction(name: string, milliseconds: number): number {
    const digits = this.#found[name];
    return digits === undefined ? 0 : Math.floor(Number(`0.${digits.slice(0, 15)}`) * milliseconds);
  }
}

/** The days since 1970 of a date; months count from 1, and a day may lie outside its month. */
function daysOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const days = date.getTime() / dayMilliseconds;
  if (!Number.isFinite(days)) fail(`The year ${year} is out of range`, "NOT_SUPPORTED");
  return days;
}

/** The Monday of the first week of a year: that with its fourth of January. */
function firstWeek(year: number): number {
  const fourth = daysOf(year, 1, 4);
  return fourth - ((((fourth + 3) % 7) + 7) % 7);
}

function dayOf(parts: Parts): number {
  if (!parts.has("year")) return 0;
  const year = Number(parts.text("year"));
  if (parts.has("week")) {
    const weeks = (firstWeek(year + 1) - firstWeek(year)) / 7;
    const week = parts.number("week", [1, weeks], 1, "weekOfWeekyear");
    return firstWeek(year) + 7 * (week - 1) + parts.number("weekday", [1, 7], 1, "dayOfWeek") - 1;
  }
  if (parts.has("dayOfYear")) {
    const days = daysOf(year + 1, 1, 1) - daysOf(year, 1, 1);
    return daysOf(year, 1, parts.number("dayOfYear", [1, days], 1));
  }
  const month = parts.number("month", [1, 12], 1, "monthOfYear");
  const days = daysOf(year, month + 1, 1) - daysOf(year, month, 1);
  return daysOf(year, month, parts.number("day", [1, days], 1, "dayOfMonth"));
}

const longestOffset = 14 * 60;

function offsetMinutes(zone: string): number {
  if (zone === "" || /^z$/i.test(zone)) return 0;
  const digits = zone.replaceAll(":", "");
  const [hours, minutes] = [Number(digits.slice(1, 3)), Number(digits.slice(3, 5))];
  if (hours > 23 || minutes > 59) fail(`Invalid format: the offset ${zone} is out of range`);
  const offset = hours * 60 + minutes;
  if (offset > longestOffset) fail(`Time zone not supported: ${zone}`, "NOT_SUPPORTED");
  return zone.startsWith("-") ? -offset : offset;
}

/** The moment in microseconds since 1970, and its offset from UTC in minutes. */
function moment(text: string): bigint[] {
  const parts = new Parts(text, forms.moment);
  const milliseconds =
    dayOf(parts) * dayMilliseconds +
    parts.number("hour", [0, 23], 0, "hourOfDay") * hourMilliseconds +
    parts.fraction("hourPart", hourMilliseconds) +
    parts.number("minute", [0, 59], 0, "minuteOfHour") * 60_000 +
    parts.fraction("minutePart", 60_000) +
    parts.number("second", [0, 59], 0, "secondOfMinute") * 1000 +
    parts.fraction("secondPart", 1000);
  const offset = offsetMinutes(parts.text("zone"));
  return [(BigInt(milliseconds) - BigInt(offset * 60_000)) * 1000n, BigInt(offset)];
}

export const isoMomentFunctions: readonly EngineFunction[] = [
  {
    ...{ name: "own_iso_date", takes: ["text"], gives: "integer" },
    call: (text: string) => dayOf(new Parts(text, forms.date)),
  },
  { ...{ name: "own_iso_moment", takes: ["text"], gives: "bigints" }, call: moment },
];
