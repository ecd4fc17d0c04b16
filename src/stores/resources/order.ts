import type { Labels, LabelValue, ResourceDocument, ResourceQuery, SortBy } from "./port.ts";

export interface Sort {
  readonly by: SortBy;
  readonly descending: boolean;
}

/** Where a document stands in a list: null when it has no value to be sorted by. */
export interface Position {
  readonly value: LabelValue | null;
  readonly created: number;
  readonly id: string;
}

/** @throws RangeError when it sorts by a label whose name cannot be one. */
export function sortOf(query: ResourceQuery): Sort {
  const by = query.sort?.by ?? "created";
  if (by.startsWith("label:")) checkLabelName(sortLabel(by)!);
  return { by, descending: query.sort?.descending ?? false };
}

/** Returns the label that a list is sorted by, if it is. */
export const sortLabel = (by: SortBy): string | undefined =>
  by.startsWith("label:") ? by.slice("label:".length) : undefined;

export function positionOf(document: ResourceDocument, by: SortBy): Position {
  return { value: sortValue(document, by), created: document.created, id: document.id };
}

function sortValue(document: ResourceDocument, by: SortBy): LabelValue | null {
  if (by === "name") return document.key.name;
  if (by === "created" || by === "modified") return document[by];
  if (by === "status") return document.status ?? null;
  return labelValues(document.labels, sortLabel(by)!)[0] ?? null;
}

export function comparePositions(a: Position, b: Position, { descending }: Sort): number {
  const ascending =
    (a.value === null || b.value === null
      ? Number(a.value !== null) - Number(b.value !== null)
      : compareValues(a.value, b.value)) ||
    a.created - b.created ||
    compareValues(a.id, b.id);
  return descending ? -ascending : ascending;
}

/** Numbers before texts, texts in the order of their UTF-8 bytes. */
export function compareValues(a: LabelValue, b: LabelValue): number {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1;
  return typeof b === "number" ? 1 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Returns the values of one label, each once, in order. */
export function labelValues(labels: Labels | undefined, label: string): readonly LabelValue[] {
  const given = labels?.[label];
  if (given === undefined) return [];
  return typeof given === "object" ? [...new Set(given)].sort(compareValues) : [given];
}

/** @throws RangeError unless the text can be the name of a label. */
export function checkLabelName(label: string): void {
  if (!/^[\w-]{1,64}$/.test(label)) throw new RangeError(`${JSON.stringify(label)} cannot be the name of a label`);
}
