import { QueryFailure } from "./athena-faults.ts";
import type { CatalogTable } from "./file-format.ts";
import { folderOf, type PartitionKey, type TablePartition } from "./partition-folder.ts";

/** Whether the partitions of a table follow from its parameters, and are not in the catalog. */
export const isProjected = ({ Parameters = {} }: CatalogTable): boolean =>
  Parameters["projection.enabled"]?.toLowerCase() === "true";

const mostPartitions = 100_000;

/** Returns the partitions that the parameters of a table describe. @throws QueryFailure for what they do not say */
export function projectedPartitions(
  { DatabaseName, Name, Parameters = {}, StorageDescriptor }: CatalogTable,
  keys: readonly PartitionKey[],
  now: number,
): TablePartition[] {
  const wrong = (words: string) =>
    new QueryFailure(`INVALID_TABLE_PROPERTY: ${words} in table ${DatabaseName}.${Name}`);
  let rows: string[][] = [[]];
  for (const { name } of keys) {
    const of = (property: string) => Parameters[`projection.${name}.${property}`];
    const kind = of("type") ?? "";
    const project = projections[kind.toLowerCase()];
    if (!project)
      throw wrong(`projection.${name}.type is "${kind}"; ${Object.keys(projections).join(", ")} are projected`);
    const values = project(of, now);
    if (typeof values === "string") throw wrong(`projection.${name}.${values}`);
    rows = rows.flatMap((row) => values.map((value) => [...row, value]));
    if (rows.length > mostPartitions) throw wrong(`the projection has more than ${mostPartitions} partitions`);
  }
  const base = StorageDescriptor?.Location ?? "";
  const plain = `${base.endsWith("/") ? base : `${base}/`}${keys.map(({ name }) => `${name}=\${${name}}`).join("/")}/`;
  const template = Parameters["storage.location.template"] ?? plain;
  return rows.map((values) => ({
    location: keys.reduce((text, { name }, index) => text.replaceAll(`\${${name}}`, values[index]!), template),
    folder: folderOf(keys, values),
  }));
}

type Property = (name: string) => string | undefined;

/** The values of a key, or which property is wrong. */
const projections: Readonly<Record<string, (of: Property, now: number) => readonly string[] | string>> = {
  enum: (of) =>
    of("values")
      ?.split(",")
      .map((value) => value.trim()) ?? "values is missing",
  integer(of) {
    const [first, last] = (of("range") ?? "").split(",").map((part) => Number(part.trim()));
    const [step, digits] = [Number(of("interval") ?? 1), Number(of("digits") ?? 0)];
    if (!Number.isInteger(first) || !Number.isInteger(last)) return "range is no pair of integers";
    if (!(step >= 1)) return "interval is no positive integer";
    const count = Math.min(mostPartitions + 1, Math.max(0, Math.floor((last! - first!) / step) + 1));
    return Array.from({ length: count }, (_, index) => String(first! + index * step).padStart(digits, "0"));
  },
  date(of, now) {
    const format = of("format") ?? "yyyy-MM-dd";
    const [first, last] = (of("range") ?? "").split(",").map((part) => momentOf(part.trim(), format, now));
    if (first === undefined || last === undefined) return `range has no two times like ${format}`;
    const unit = (of("interval.unit") ?? (/[Hm]/.test(format) ? "HOURS" : "DAYS")).toUpperCase();
    const step = Number(of("interval") ?? 1);
    const values: string[] = [];
    for (let time = first; time <= last && values.length <= mostPartitions; time = later(time, unit, step))
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
