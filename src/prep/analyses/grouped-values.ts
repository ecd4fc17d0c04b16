import type { SampleColumn } from "../table-sample.ts";

/** The values of a column as groups of rows: `labels[codes[row]]`. */
export interface GroupedValues {
  readonly codes: Int32Array;
  /** Those of most rows first; of equally many, in their order. Null is no value; the rest of many is `others`. */
  readonly labels: readonly (string | number | boolean | null)[];
  readonly counts: readonly number[];
  /** How many values are in the group of others; 0 when there is no such group, which is then the last. */
  readonly others: number;
}

/** The label of the rows whose values have no group of their own. */
export const othersLabel = "(others)";

/** Returns the rows of each value, or those of the `most` values that most rows have and one group of all others. */
export function groupValues(column: SampleColumn, most: number): GroupedValues {
  const { codes: first, labels: all } = distinct(column);
  const counts = new Float64Array(all.length);
  for (const code of first) counts[code]!++;
  const order = [...all.keys()].sort((left, right) => counts[right]! - counts[left]! || left - right);
  const shown = order.slice(0, most);
  const others = all.length - shown.length;
  const place = new Int32Array(all.length).fill(shown.length);
  for (const [index, code] of shown.entries()) place[code] = index;
  const rest = order.slice(shown.length).reduce((sum, code) => sum + counts[code]!, 0);
  return {
    codes: first.map((code) => place[code]!),
    labels: [...shown.map((code) => all[code]!), ...(others > 0 ? [othersLabel] : [])],
    counts: [...shown.map((code) => counts[code]!), ...(others > 0 ? [rest] : [])],
    others,
  };
}

type Label = GroupedValues["labels"][number];

/** Each value once, in order, what is missing last. */
function distinct(column: SampleColumn): { readonly codes: Int32Array; readonly labels: readonly Label[] } {
  if (column.kind === "categorical") {
    const { codes, labels } = column;
    if (!codes.includes(-1)) return { codes, labels };
    return { codes: codes.map((code) => (code < 0 ? labels.length : code)), labels: [...labels, null] };
  }
  if (column.kind === "other")
    return { codes: Int32Array.from(column.present, (there) => (there ? 0 : 1)), labels: ["(a value)", null] };
  const { values } = column;
  const known = new Map<number, number>();
  for (const value of values) known.set(value, 0);
  const ordered = [...known.keys()].sort((left, right) => rank(left) - rank(right) || left - right);
  for (const [index, value] of ordered.entries()) known.set(value, index);
  return {
    codes: Int32Array.from(values, (value) => known.get(value)!),
    labels: ordered.map((value) => numberLabel(value, column.type.kind)),
  };
}

const rank = (value: number): number => (Number.isNaN(value) ? 1 : 0);

/** A number as its column has it: true, a date, a time. What JSON has no number for is null. */
export function numberLabel(value: number, kind: SampleColumn["type"]["kind"]): Label {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? null : String(value);
  if (kind === "boolean") return value !== 0;
  if (kind === "date" || kind === "timestamp") return timeText(value, kind);
  return value;
}

/** "2024-01-31", "2024-01-31 10:00:00". */
function timeText(seconds: number, kind: "date" | "timestamp"): string {
  const time = new Date(seconds * 1000);
  if (Number.isNaN(time.getTime())) return `${seconds} s`;
  const text = time.toISOString();
  return kind === "date" ? text.slice(0, 10) : text.slice(0, 19).replace("T", " ");
}
