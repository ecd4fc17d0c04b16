import { counted } from "../base/counted.ts";
import type { Feature } from "./feature-of.ts";
import { featureOf } from "./feature-of.ts";
import { StepFault } from "./step-fault.ts";
import { type SampleColumn, sampleTypeWords } from "./table-sample.ts";

/** What is to be predicted of some rows; those without a value of it have no part. */
export interface ClassTarget {
  readonly task: "classification";
  readonly rows: Uint32Array;
  /** The class of each of `rows`. */
  readonly codes: Int32Array;
  readonly labels: readonly string[];
}

export interface ValueTarget {
  readonly task: "regression";
  readonly rows: Uint32Array;
  readonly values: Float64Array;
}

/**
 * A column as classes: each value is one, in order. Of more than `most` those of most rows are taken, and a note says so.
 */
export function classTarget(column: SampleColumn, most: number, notes: string[]): ClassTarget {
  const { codes: all, labels } = valuesOf(column);
  const counts = new Float64Array(labels.length);
  for (const code of all) if (code >= 0) counts[code]!++;
  const order = [...labels.keys()].filter((code) => counts[code]! > 0);
  const kept = order.toSorted((one, other) => counts[other]! - counts[one]!).slice(0, most);
  kept.sort((one, other) => one - other);
  if (order.length > kept.length)
    notes.push(
      `The column ${JSON.stringify(column.name)} has ${order.length} classes; the ${most} that most rows have are told apart, and the rows of others are left out.`,
    );
  const place = new Int32Array(labels.length).fill(-1);
  for (const [at, code] of kept.entries()) place[code] = at;
  const rows = Uint32Array.from(all.keys()).filter((row) => all[row]! >= 0 && place[all[row]!]! >= 0);
  noteMissing(column, all.filter((code) => code < 0).length, notes);
  return {
    task: "classification",
    rows,
    codes: Int32Array.from(rows, (row) => place[all[row]!]!),
    labels: kept.map((code) => labels[code]!),
  };
}

/** A column as values. @throws StepFault for one that holds no numbers */
export function valueTarget(column: SampleColumn, notes: string[]): ValueTarget {
  const feature: Feature | { readonly kind: "none" } =
    column.kind === "categorical"
      ? featureOf(column)
      : column.kind === "numeric"
        ? { ...column, kind: "numeric" }
        : { kind: "none" };
  if (feature.kind !== "numeric")
    throw new StepFault(
      `The column ${JSON.stringify(column.name)} is ${sampleTypeWords(column)} without numbers; a regression needs numbers. Choose classification, or another column.`,
    );
  const rows = Uint32Array.from(feature.values.keys()).filter((row) => Number.isFinite(feature.values[row]!));
  noteMissing(column, feature.values.length - rows.length, notes);
  return { task: "regression", rows, values: Float64Array.from(rows, (row) => feature.values[row]!) };
}

function noteMissing({ name }: SampleColumn, count: number, notes: string[]): void {
  if (count > 0)
    notes.push(
      `${counted(count, "row has", "rows have")} no value in the column ${JSON.stringify(name)}, and ${count === 1 ? "is" : "are"} left out.`,
    );
}

/** How many different values a column has. */
export const distinctValues = (column: SampleColumn): number => valuesOf(column).labels.length;

/** Each row's value as the place of a text among all, in order; -1 where there is none. */
function valuesOf(column: SampleColumn): { readonly codes: Int32Array; readonly labels: readonly string[] } {
  if (column.kind === "categorical") {
    const blank = column.labels.map((label) => label.trim() === "");
    if (!blank.includes(true)) return column;
    return { codes: column.codes.map((code) => (code >= 0 && blank[code] ? -1 : code)), labels: column.labels };
  }
  if (column.kind === "other")
    throw new StepFault(
      `The column ${JSON.stringify(column.name)} is ${sampleTypeWords(column)}; a target needs numbers or texts.`,
    );
  const known = [...new Set(column.values)].filter((value) => Number.isFinite(value)).sort((one, other) => one - other);
  const places = new Map(known.map((value, at) => [value, at]));
  const isBoolean = column.type.kind === "boolean";
  return {
    codes: Int32Array.from(column.values, (value) => places.get(value) ?? -1),
    labels: known.map((value) => (isBoolean ? `${value !== 0}` : `${value}`)),
  };
}
