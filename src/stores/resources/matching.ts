import { checkLabelName, compareValues, labelValues } from "./order.ts";
import type { LabelContains, LabelValue, Range, ResourceDocument, ResourceQuery } from "./port.ts";

/** Whether a list with that query has the document; its kind and its place are not looked at. */
export function matches(document: ResourceDocument, query: ResourceQuery): boolean {
  const { key, parent, origin, status, created, modified } = document;
  return (
    (query.account === undefined || key.account === query.account) &&
    (query.region === undefined || key.region === query.region) &&
    (query.parent === undefined || parent === query.parent) &&
    (query.origin === undefined || origin === query.origin) &&
    (query.status === undefined || statusesOf(query)!.some((asked) => status === asked)) &&
    lower(key.name).includes(lower(query.nameContains ?? "")) &&
    key.name.includes(query.nameIncludes ?? "") &&
    key.name.startsWith(query.namePrefix ?? "") &&
    within(created, query.created ?? {}) &&
    within(modified, query.modified ?? {}) &&
    labelFilters(query).every(([label, asked]) => labelValues(document.labels, label).some((v) => holds(v, asked)))
  );
}

/** Returns the statuses that a list asks for, each once; undefined when it takes any. */
export function statusesOf({ status }: ResourceQuery): readonly string[] | undefined {
  return typeof status === "string" ? [status] : status && [...new Set(status)];
}

export type LabelFilter = LabelValue | Range<LabelValue> | LabelContains;

/** @throws RangeError for a name that no label can have. */
export function labelFilters({ labels }: ResourceQuery): readonly (readonly [label: string, asked: LabelFilter])[] {
  if (labels === undefined) return [];
  const filters = Object.entries(labels).filter((entry): entry is [string, LabelFilter] => entry[1] !== undefined);
  for (const [label] of filters) checkLabelName(label);
  return filters;
}

export const isContains = (asked: LabelFilter): asked is LabelContains =>
  typeof asked === "object" && "contains" in asked;

function holds(value: LabelValue, asked: LabelFilter): boolean {
  if (typeof asked !== "object") return value === asked;
  if (isContains(asked)) return typeof value === "string" && lower(value).includes(lower(asked.contains));
  return within(value, asked);
}

function within<Value extends LabelValue>(value: Value, { after, before, from, to }: Range<Value>): boolean {
  return (
    (after === undefined || compareValues(value, after) > 0) &&
    (before === undefined || compareValues(value, before) < 0) &&
    (from === undefined || compareValues(value, from) >= 0) &&
    (to === undefined || compareValues(value, to) <= 0)
  );
}

const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
