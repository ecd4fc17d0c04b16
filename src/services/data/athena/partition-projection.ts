import { QueryFailure } from "./athena-faults.ts";
import type { CatalogTable } from "./file-format.ts";
import { isNumberKey } from "./key-order.ts";
import type { KeyChoice, PartitionChoice } from "./partition-choice.ts";
import { folderOf, type PartitionKey, type TablePartition } from "./partition-folder.ts";

/** Whether the partitions of a table follow from its parameters, and are not in the catalog. */
export const isProjected = ({ Parameters = {} }: CatalogTable): boolean =>
  Parameters["projection.enabled"]?.toLowerCase() === "true";

const mostPartitions = 100_000;

/** Returns the partitions that the parameters of a table describe, or those of them that a query needs. @throws QueryFailure for what they do not say */
export function projectedPartitions(
  { DatabaseName, Name, Parameters = {}, StorageDescriptor }: CatalogTable,
  keys: readonly PartitionKey[],
  now: number,
  choice?: PartitionChoice,
): TablePartition[] {
  const wrong = (words: string) =>
    new QueryFailure(`INVALID_TABLE_PROPERTY: ${words} in table ${DatabaseName}.${Name}`);
  let rows: string[][] = [[]];
  for (const { name, type } of keys) {
    const of = (property: string) => Parameters[`projection.${name}.${property}`];
    const kind = of("type") ?? "";
    const project = projections[kind.toLowerCase()];
    if (!project)
      throw wrong(`projection.${name}.type is "${kind}"; ${Object.keys(projections).join(", ")} are projected`);
    const chosen = choice?.ofKey(name) ?? everyValue;
    const projected = project(of, now, chosen, type);
    if (typeof projected === "string") throw wrong(`projection.${name}.${projected}`);
    const values = projected.filter(chosen.holds);
    rows = rows.flatMap((row) => values.map((value) => [...row, value]));
    if (Math.max(rows.length, projected.length) > mostPartitions)
      throw wrong(`the projection has more than ${mostPartitions} partitions`);
  }
  const base = StorageDescriptor?.Location ?? "";
  const plain = `${base.endsWith("/") ? base : `${base}/`}${keys.map(({ name }) => `${name}=\${${name}}`).join("/")}/`;
  const template = Parameters["storage.location.template"] ?? plain;
  const absent = keys.find(({ name }) => !template.includes(`\${${name}}`));
  if (absent) throw wrong(`storage.location.template does not name \${${absent.name}}`);
  const needed = choice ? rows.filter(choice.holds) : rows;
  return needed.map((values) => ({
    location: keys.reduce((text, { name }, index) => text.replaceAll(`\${${name}}`, values[index]!), template),
    folder: folderOf(keys, values),
  }));
}

const everyValue: KeyChoice = { holds: () => true, values: undefined, low: undefined, high: undefined };

type Property = (name: string) => string | undefined;
type Project = (of: Property, now: number, chosen: KeyChoice, type: string) => readonly string[] | string;

/** The values of a key, or which property is wrong. What a query cannot need may be left out. */
const projections: Readonly<Record<string, Project>> = {
  enum: (of) =>
    of("values")
      ?.split(",")
      .map((value) => value.trim()) ?? "values is missing",
  injected: (_of, _now, { values }) =>
    values ?? "type is injected: a query has to name its values by = or IN, and this one does not",
  integer(of, _now, chosen, type) {
    const [first, last] = (of("range") ?? "").split(",").map((part) => Number(part.trim()));
    const [step, digits] = [Number(of("interval") ?? 1), Number(of("digits") ?? 0)];
    if (!Number.isInteger(first) || !Number.isInteger(last)) return "range is no pair of integers";
    if (first! > last!) return "range ends before it begins";
    if (!(step >= 1)) return "interval is no positive integer";
    // Texts are in another order.
    const { high, low } = isNumberKey(type) ? chosen : everyValue;
    const least = low === undefined || !(Number(low) > first!) ? 0 : Math.ceil((Number(low) - first!) / step);
    const most = high === undefined || !(Number(high) < last!) ? last! : Number(high);
    const count = Math.min(mostPartitions + 1, Math.max(0, Math.floor((most - first!) / step) + 1 - least));
    return Array.from({ length: count }, (_, index) => String(first! + (least + index) * step).padStart(digits, "0"));
  },
  date(of, now, { high, low }) {
    const format = of("format") ?? "yyyy-MM-dd";
    const letters = partsOf(format).flatMap((part) => ("letters" in part ? part.letters : []));
    const unknown = letters.find((run) => !(run[0]! in finest) || (run[0] === "M" && run.length > 2));
    if (unknown !== undefined || letters.length === 0)
      return `format is "${format}"${unknown ? `, and '${unknown}' is not read` : ""}; yyyy, MM, dd, HH, mm and ss are`;
    const [first, last] = (of("range") ?? "").split(",").map((part) => momentOf(part.trim(), format, now));
    if (first === undefined || last === undefined) return `range has no two times like ${format}`;
    const unit = (of("interval.unit") ?? (/[Hm]/.test(format) ? "HOURS" : "DAYS")).toUpperCase();
    const step = Number(of("interval") ?? 1);
    const [least, most] = [low, high].map((bound) =>
      bound !== undefined && isInOrder(format) && /^\d/.test(bound) ? momentOf(bound, format, now) : undefined,
    );
    if (!(step >= 1)) return "interval is no positive integer";
    const values: string[] = [];
    // A time within the last day is that day.
    const end = Math.min(last, most === undefined ? last : most + lengthOf(format));
    let steps = least === undefined ? 0 : stepsBefore(first, least, unit, step);
    for (; values.length <= mostPartitions; steps++) {
      const time = later(first, unit, steps * step);
      if (time > end) break;
      values.push(formatted(time, format));
    }
    return values;
  },
};

const units: Readonly<Record<string, number>> = {
  SECONDS: 1_000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: 86_400_000,
  WEEKS: 7 * 86_400_000,
};

/** The time that is so many steps after the first one. */
function later(first: number, unit: string, steps: number): number {
  if (units[unit] !== undefined) return first + units[unit] * steps;
  return monthsLater(first, (unit.startsWith("YEAR") ? 12 : 1) * steps);
}

/** The same day in another month, or the last one of a shorter month. */
function monthsLater(time: number, months: number): number {
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + months, 1);
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, days));
}

/** Whether texts in a format have the order of the times. */
const isInOrder = (format: string): boolean =>
  "yyyy MM dd HH mm ss".startsWith(
    partsOf(format)
      .flatMap((part) => ("letters" in part ? part.letters : []))
      .join(" "),
  );

/** How long the finest part of a format lasts, at most. */
const finest: Readonly<Record<string, number>> = {
  y: 366 * 86_400_000,
  M: 31 * 86_400_000,
  d: 86_400_000,
  H: 3_600_000,
  m: 60_000,
  s: 1_000,
};

/** How many steps lie before another time, and are left out; those of months have no fixed length and are counted one by one. */
function stepsBefore(first: number, time: number, unit: string, step: number): number {
  const length = units[unit];
  return length === undefined || time <= first ? 0 : Math.floor((time - first) / (length * step));
}

/** Reads "2024-01-31", "NOW", "NOW-3YEARS". */
function momentOf(text: string, format: string, now: number): number | undefined {
  const relative = /^NOW(?:([+-]\d+)(YEARS?|MONTHS?|WEEKS?|DAYS?|HOURS?|MINUTES?|SECONDS?))?$/i.exec(text);
  if (relative) {
    const [, count, unit = ""] = relative;
    if (count === undefined) return now;
    const name = unit.toUpperCase().endsWith("S") ? unit.toUpperCase() : `${unit.toUpperCase()}S`;
    if (units[name] !== undefined) return now + Number(count) * units[name];
    return monthsLater(now, Number(count) * (name === "YEARS" ? 12 : 1));
  }
  const found: Record<string, number> = { y: 1970, M: 1, d: 1, H: 0, m: 0, s: 0 };
  const parts = partsOf(format);
  const pattern = parts.map((part) =>
    "letters" in part
      ? `(\\d${part.letters.length === 1 ? "+" : `{${part.letters.length}}`})`
      : part.text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  const values = new RegExp(`^${pattern.join("")}$`).exec(text);
  if (!values) return undefined;
  const letters = parts.flatMap((part) => ("letters" in part ? part.letters : []));
  for (const [index, run] of letters.entries())
    found[run[0]!] = Number(values[index + 1]) + (run === "yy" ? thisCentury : 0);
  return Date.UTC(found.y!, found.M! - 1, found.d!, found.H!, found.m!, found.s!);
}

/** Years of two digits lie in it, as in Java. */
const thisCentury = 2000;

type FormatPart = { readonly letters: string } | { readonly text: string };

/** A format in its parts: each letter's run by itself, also where nothing stands between two of them. */
const partsOf = (format: string): FormatPart[] =>
  [...format.matchAll(/'([^']*)'|(([A-Za-z])\3*)|([^A-Za-z'])/g)].map(([, quoted, letters, , other]) =>
    letters === undefined ? { text: quoted === "" ? "'" : (quoted ?? other)! } : { letters },
  );

/** How long what a format tells apart lasts at most. */
const lengthOf = (format: string): number =>
  Math.min(...partsOf(format).flatMap((part) => ("letters" in part ? finest[part.letters[0]!]! : [])));

function formatted(time: number, format: string): string {
  const date = new Date(time);
  const of: Record<string, number> = {
    y: date.getUTCFullYear(),
    M: date.getUTCMonth() + 1,
    d: date.getUTCDate(),
    H: date.getUTCHours(),
    m: date.getUTCMinutes(),
    s: date.getUTCSeconds(),
  };
  return partsOf(format)
    .map((part) => {
      if (!("letters" in part)) return part.text;
      const digits = String(of[part.letters[0]!]).padStart(part.letters.length, "0");
      return part.letters === "yy" ? digits.slice(-2) : digits;
    })
    .join("");
}
