import { counted } from "../base/counted.ts";
import type { Matrix } from "../ml/data/matrix.ts";
import { typeWords } from "./column-type.ts";
import type { CategoricalColumn, SampleColumn, TableSample } from "./table-sample.ts";

/** A column as models and correlations take it. */
export type Feature = NumericFeature | CategoricalFeature;

/** NaN is a missing value; what is not finite counts as missing too. */
export interface NumericFeature {
  readonly name: string;
  readonly kind: "numeric";
  readonly values: Float64Array;
}

/** `labels[codes[row]]`; a code of -1 is a missing value. Labels of most rows first; of equally many, in order. */
export interface CategoricalFeature {
  readonly name: string;
  readonly kind: "categorical";
  readonly codes: Int32Array;
  readonly labels: readonly string[];
}

/** A column that models and correlations can do nothing with, and why: the rest of a sentence that begins with it. */
export interface NoFeature {
  readonly name: string;
  readonly kind: "none";
  readonly because: string;
}

/**
 * Says what a column is to models, by the scores of Data Wrangler's report: `numeric` is the share of its texts that are
 * numbers; `categorical` is 1 where distinct texts are less than 1% of the rows, falling to 0 at 20%; the greater counts, and
 * numbers where they are equal. A column with neither is text: it has nearly as many texts as rows. Up to 20 texts that
 * two rows or more share on average are categories of a short table too.
 */
export function featureOf(column: SampleColumn): Feature | NoFeature {
  const { name } = column;
  if (column.kind === "other") return { name, kind: "none", because: `is ${typeWords(column.type)}` };
  if (column.kind === "categorical") return featureOfTexts(column);
  const values = column.values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
  if (values.every(Number.isNaN)) return { name, kind: "none", because: "has no value" };
  return { name, kind: "numeric", values };
}

function featureOfTexts({ name, codes, labels }: CategoricalColumn): Feature | NoFeature {
  const counts = new Float64Array(labels.length);
  let present = 0;
  for (const code of codes) {
    if (code < 0 || labels[code]!.trim() === "") continue;
    counts[code]!++;
    present++;
  }
  if (present === 0) return { name, kind: "none", because: "has no value" };
  const numbers = labels.map(numberOf);
  const castable = numbers.reduce((sum, value, code) => sum + (Number.isNaN(value) ? 0 : counts[code]!), 0) / present;
  const distinct = counts.filter((count) => count > 0).length;
  const isFew = distinct === 2 || (distinct <= 20 && 2 * distinct <= present);
  const categorical = isFew ? 1 : Math.max(0, Math.min(1, (0.2 - distinct / present) / 0.19));
  if (castable > 0 && castable >= categorical) {
    const values = Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : numbers[code]!));
    return { name, kind: "numeric", values };
  }
  if (categorical === 0 || 1 - castable > categorical)
    return {
      name,
      kind: "none",
      because: `is text: ${counted(present, "row has", "rows have")} ${counted(distinct, "different value")}`,
    };
  const order = [...labels.keys()]
    .filter((code) => counts[code]! > 0)
    .sort((one, other) => counts[other]! - counts[one]!);
  const place = new Int32Array(labels.length).fill(-1);
  for (const [at, code] of order.entries()) place[code] = at;
  const ranked = codes.map((code) => (code < 0 ? -1 : place[code]!));
  return { name, kind: "categorical", codes: ranked, labels: order.map((code) => labels[code]!) };
}

const numberPattern = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;
const numberOf = (label: string): number => {
  const value = numberPattern.test(label) ? Number(label) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
};

/** The columns of a sample that are features, and a sentence for those that are not. */
export function featuresOf({ columns }: TableSample, without?: string) {
  const all = columns.filter(({ name }) => name !== without).map(featureOf);
  const none = all.filter((one) => one.kind === "none");
  return {
    features: all.filter((one) => one.kind !== "none"),
    notes: none.map(({ name, because }) => `The column ${JSON.stringify(name)} ${because}; it is left out.`),
  };
}

/** The numbers of features as models take them; a category is its place among the categories, the most frequent first. */
export function matrixOf(features: readonly Feature[], rows: ArrayLike<number>): Matrix {
  const columns = features.length;
  const values = new Float32Array(rows.length * columns);
  for (const [c, feature] of features.entries())
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at]!;
      values[at * columns + c] =
        feature.kind === "numeric" ? feature.values[row]! : feature.codes[row]! < 0 ? Number.NaN : feature.codes[row]!;
    }
  return { rows: rows.length, columns, values };
}
