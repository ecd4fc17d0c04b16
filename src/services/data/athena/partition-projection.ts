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
    const [first, last] = (of("range") ?? "").split(",").map((part) => momentOf(part.trim(), format, now));
    if (first === undefined || last === undefined) return `range has no two times like ${format}`;
    const unit = (of("interval.unit") ?? (/[Hm]/.test(format) ? "HOURS" : "DAYS")).toUpperCase();
    const step = Number(of("interval") ?? 1);
    const [least, most] = [low, high].map((bound) =>
      bound !== undefined && isInOrder(format) && /^\d/.test(bound) ? momentOf(bound, format, now) : undefined,
    );
    const values: string[] = [];
    // A time within the last day is that day.
    const end = Math.min(last, most === undefined ? last : most + finest[/[A-Za-z](?=[^A-Za-z]*$)/.exec(format)![0]]!);
    let time = least === undefined ? first : nearBefore(first, least, unit, step);
    for (; time <= end && values.length <= mostPartitions; time = later(time, unit, step))
      values.push(formatted(time, format));
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

function later(time: number, unit: string, step: number): number {
  if (units[unit] !== undefined) return time + units[unit] * Math.max(1, step);
  const date = new Date(time);
  const months = (unit.startsWith("YEAR") ? 12 : 1) * Math.max(1, step);
  return date.setUTCMonth(date.getUTCMonth() + months);
}

/** Whether texts in a format have the order of the times. */
const isInOrder = (format: string): boolean =>
  /^yyyy(?:[^A-Za-z']*MM(?:[^A-Za-z']*dd(?:(?:[^A-Za-z']|'[^']*')*HH(?:[^A-Za-z']*mm(?:[^A-Za-z']*ss)?)?)?)?)?$/.test(
    format,
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

/** The time of a row that is nearest to another time, and not after it; months have no fixed length and are counted one by one. */
function nearBefore(first: number, time: number, unit: string, step: number): number {
  const length = units[unit];
  if (length === undefined || time <= first) return first;
  const size = length * Math.max(1, step);
  return first + Math.floor((time - first) / size) * size;
}

/** Reads "2024-01-31", "NOW", "NOW-3YEARS". */
function momentOf(text: string, format: string, now: number): number | undefined {
  const relative = /^NOW(?:([+-]\d+)(YEARS?|MONTHS?|WEEKS?|DAYS?|HOURS?|MINUTES?|SECONDS?))?$/i.exec(text);
  if (relative) {
    const [, count, unit = ""] = relative;
    if (count === undefined) return now;
    const name = unit.toUpperCase().endsWith("S") ? unit.toUpperCase() : `${unit.toUpperCase()}S`;
    if (units[name] !== undefined) return now + Number(count) * units[name];
    const date = new Date(now);
    return date.setUTCMonth(date.getUTCMonth() + Number(count) * (name === "YEARS" ? 12 : 1));
  }
  const parts: Record<string, number> = { y: 1970, M: 1, d: 1, H: 0, m: 0, s: 0 };
  const names: string[] = [];
  const pattern = format.replaceAll(/'([^']*)'|([yMdHms]+)|([^A-Za-z'])/g, (_, quoted, letters, other) => {
    if (letters === undefined) return (quoted ?? other).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    names.push(letters[0]);
    return `(\\d{${letters.length}})`;
  });
  const found = new RegExp(`^${pattern}$`).exec(text);
  if (!found) return undefined;
  for (const [index, name] of names.entries()) parts[name] = Number(found[index + 1]);
  return Date.UTC(parts.y!, parts.M! - 1, parts.d!, parts.H!, parts.m!, parts.s!);
}

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
  return format.replaceAll(/'([^']*)'|([yMdHms]+)/g, (_, quoted, letters) =>
    letters === undefined ? quoted : String(of[letters[0]]).padStart(letters.length, "0"),
  );
}
