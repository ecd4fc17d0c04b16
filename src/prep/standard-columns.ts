import type { ColumnTable } from "../ml/models/lasso.ts";
import type { NumericFeature } from "./feature-of.ts";

/**
 * Columns of numbers with mean 0 and standard deviation 1 (of the population), a missing value being the mean. A column of
 * one value is 0 throughout.
 */
export function standardColumns(features: readonly NumericFeature[], rows: ArrayLike<number>): ColumnTable {
  const count = rows.length;
  const values = new Float64Array(features.length * count);
  for (const [c, feature] of features.entries()) {
    const own = values.subarray(c * count, (c + 1) * count);
    let [sum, present] = [0, 0];
    for (let at = 0; at < count; at++) {
      own[at] = feature.values[rows[at]!]!;
      if (Number.isNaN(own[at]!)) continue;
      sum += own[at]!;
      present++;
    }
    const mean = sum / present;
    let squares = 0;
    for (let at = 0; at < count; at++) {
      own[at] = Number.isNaN(own[at]!) ? 0 : own[at]! - mean;
      squares += own[at]! * own[at]!;
    }
    const deviation = Math.sqrt(squares / count);
    // The mean of equal numbers may round away from them.
    const varies = deviation > 1e-14 * Math.abs(mean);
    for (let at = 0; at < count; at++) own[at] = varies ? own[at]! / deviation : 0;
  }
  return { rows: count, columns: features.length, values };
}

/** The correlations of such columns; NaN in the rows and columns of a column of one value. */
export function correlationsOf({ rows, columns, values }: ColumnTable): Float64Array[] {
  const correlations = Array.from({ length: columns }, () => new Float64Array(columns).fill(Number.NaN));
  const column = (c: number) => values.subarray(c * rows, (c + 1) * rows);
  const varying = [...correlations.keys()].filter((c) => column(c).some((value) => value !== 0));
  for (const i of varying)
    for (const j of varying) {
      if (j < i) continue;
      const [x, y] = [column(i), column(j)];
      let sum = 0;
      for (let at = 0; at < rows; at++) sum += x[at]! * y[at]!;
      correlations[i]![j] = i === j ? 1 : Math.max(-1, Math.min(1, sum / rows));
      correlations[j]![i] = correlations[i]![j]!;
    }
  return correlations;
}
