import type { Matrix } from "../../ml/data/matrix.ts";
import { groupValues } from "../analyses/grouped-values.ts";
import type { CategoricalColumn } from "../table-sample.ts";
import type { SampledFeature } from "./report-sample.ts";

/** A feature as the columns of numbers that models take; NaN is a missing value. */
export interface EncodedFeature {
  readonly name: string;
  readonly columns: readonly Float32Array[];
}

/** A text becomes so many columns at most. */
const mostTokens = 100;
/** A word that fewer texts have tells of these texts alone. */
const leastTexts = 2;
const leastShare = 0.005;
/** Tokens of a text that are looked at. */
const mostTokensOfText = 200;

/**
 * Numbers and times stay as they are; of the values of few, the place by frequency; of texts, how much each of the 100 words
 * that most texts have is of a text: its count times ln((1 + texts) / (1 + texts with it)) + 1, of unit length (TF-IDF).
 */
export function encodeFeature({ feature, name, values }: SampledFeature): EncodedFeature {
  if (values.kind === "numeric") return { name, columns: [Float32Array.from(values.values, finite)] };
  if (values.kind === "categorical" && feature === "text") return { name, columns: tokenColumns(values) };
  const { codes, labels } = groupValues(values, Number.MAX_SAFE_INTEGER);
  const none = labels.indexOf(null);
  return { name, columns: [Float32Array.from(codes, (code) => (code === none ? Number.NaN : code))] };
}

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);

/** The columns of features side by side. */
export function matrixOf(features: readonly EncodedFeature[], rows: number): Matrix {
  const columns = features.flatMap((feature) => feature.columns);
  const values = new Float32Array(rows * columns.length);
  for (const [at, column] of columns.entries())
    for (let row = 0; row < rows; row++) values[row * columns.length + at] = column[row]!;
  return { rows, columns: columns.length, values };
}

const words = /[\p{L}\p{N}]{2,}/gu;

function tokenColumns({ codes, labels }: CategoricalColumn): readonly Float32Array[] {
  const rowsOf = new Float64Array(labels.length);
  for (const code of codes) if (code >= 0) rowsOf[code]!++;
  const tokens = labels.map((label) => countTokens(label));
  const texts = new Map<string, number>();
  for (const [at, counts] of tokens.entries())
    for (const token of counts.keys()) texts.set(token, (texts.get(token) ?? 0) + rowsOf[at]!);
  const total = rowsOf.reduce((sum, rows) => sum + rows, 0);
  const least = Math.max(leastTexts, leastShare * total);
  const chosen = [...texts]
    .filter(([, count]) => count >= least)
    .sort(([one, ofOne], [other, ofOther]) => ofOther - ofOne || (one < other ? -1 : 1))
    .slice(0, mostTokens);
  const weights = new Map(
    chosen.map(([token, count], place) => [token, { place, idf: Math.log((1 + total) / (1 + count)) + 1 }]),
  );
  const ofLabels = tokens.map((counts) => {
    const own: [place: number, value: number][] = [];
    let square = 0;
    for (const [token, count] of counts) {
      const weight = weights.get(token);
      if (weight === undefined) continue;
      const value = count * weight.idf;
      square += value * value;
      own.push([weight.place, value]);
    }
    return own.map(([place, value]) => [place, value / Math.sqrt(square)] as const);
  });
  const columns = chosen.map(() => new Float32Array(codes.length));
  for (const [row, code] of codes.entries()) {
    if (code < 0) for (const column of columns) column[row] = Number.NaN;
    else for (const [place, value] of ofLabels[code]!) columns[place]![row] = value;
  }
  return columns;
}

function countTokens(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  let seen = 0;
  for (const [word] of text.toLowerCase().matchAll(words)) {
    if (seen++ === mostTokensOfText) break;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
