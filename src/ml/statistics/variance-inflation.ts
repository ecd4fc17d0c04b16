/** Below this share of its variance a column counts as a sum of multiples of the others. */
const leastResidual = 1e-11;
const leastCoefficient = 1e-6;

/**
 * The variance inflation factor of each column: 1 / (1 - R²) of the least squares regression, with an intercept, of the
 * column on all others; 1 or more. Infinite where the others determine the column, and NaN for a column of one value, which
 * does not count among the others.
 *
 * The factor is the column's entry on the diagonal of the correlations' inverse (Belsley, Kuh and Welsch, Regression
 * Diagnostics, 1980). Columns that others determine are found by a Cholesky decomposition with pivots, and leave first.
 *
 * @param correlations of the columns; NaN in the rows and columns of a column of one value
 */
export function varianceInflation(correlations: readonly Float64Array[]): Float64Array {
  const factors = new Float64Array(correlations.length).fill(Number.NaN);
  const varying = [...correlations.keys()].filter((at) => !Number.isNaN(correlations[at]![at]!));
  const { order, rank, lower } = pivotedCholesky(
    varying.map((at) => varying.map((other) => correlations[at]![other]!)),
  );
  for (let at = rank; at < order.length; at++) factors[varying[order[at]!]!] = Number.POSITIVE_INFINITY;
  const determined = new Uint8Array(rank);
  for (let at = rank; at < order.length; at++) {
    const coefficients = solveUpper(lower, lower[at]!, rank);
    for (let k = 0; k < rank; k++) if (Math.abs(coefficients[k]!) > leastCoefficient) determined[k] = 1;
  }
  const inverse = inverseDiagonal(lower, rank);
  for (let k = 0; k < rank; k++)
    factors[varying[order[k]!]!] = determined[k] ? Number.POSITIVE_INFINITY : Math.max(1, inverse[k]!);
  return factors;
}

/** Decomposes P A Pᵀ = L Lᵀ, at each step with the column that has most left; ends when all have next to nothing. */
function pivotedCholesky(matrix: readonly (readonly number[])[]) {
  const size = matrix.length;
  const rows = matrix.map((row) => Float64Array.from(row));
  const lower = matrix.map(() => new Float64Array(size));
  const left = Float64Array.from(rows, (row, at) => row[at]!);
  const order = [...rows.keys()];
  let rank = 0;
  for (; rank < size; rank++) {
    let best = rank;
    for (let at = rank + 1; at < size; at++) if (left[order[at]!]! > left[order[best]!]!) best = at;
    if (left[order[best]!]! <= leastResidual) break;
    [order[rank], order[best]] = [order[best]!, order[rank]!];
    [lower[rank], lower[best]] = [lower[best]!, lower[rank]!];
    const pivot = order[rank]!;
    const own = lower[rank]!;
    const root = Math.sqrt(left[pivot]!);
    own[rank] = root;
    for (let at = rank + 1; at < size; at++) {
      const other = lower[at]!;
      let rest = rows[pivot]![order[at]!]!;
      for (let k = 0; k < rank; k++) rest -= own[k]! * other[k]!;
      other[rank] = rest / root;
      left[order[at]!]! -= other[rank]! ** 2;
    }
  }
  return { order, rank, lower };
}

/** Solves Lᵀ x = right for the first `rank` rows of L. */
function solveUpper(lower: readonly Float64Array[], right: Float64Array, rank: number): Float64Array {
  const x = right.slice(0, rank);
  for (let k = rank - 1; k >= 0; k--) {
    x[k]! /= lower[k]![k]!;
    for (let j = 0; j < k; j++) x[j]! -= lower[k]![j]! * x[k]!;
  }
  return x;
}

/** The diagonal of (L Lᵀ)⁻¹: the sums of squares of the columns of L⁻¹. */
function inverseDiagonal(lower: readonly Float64Array[], rank: number): Float64Array {
  const diagonal = new Float64Array(rank);
  const column = new Float64Array(rank);
  for (let j = 0; j < rank; j++) {
    for (let i = j; i < rank; i++) {
      const row = lower[i]!;
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= row[k]! * column[k]!;
      column[i] = sum / row[i]!;
      diagonal[j]! += column[i]! ** 2;
    }
  }
  return diagonal;
}
