import { symmetricEigen } from "./symmetric-eigen.ts";

export interface LeastSquares {
  readonly coefficients: Float64Array;
  /** The sum of the squares of what is left. */
  readonly residual: number;
  /** How many of the columns do not depend on the others. */
  readonly rank: number;
  /** The inverse of the columns' products, by columns; where columns depend on each other, the pseudo-inverse. */
  readonly inverse: readonly Float64Array[];
}

/**
 * Fits `values` by `columns`, each as long as they are: by reflections (Householder), or where columns depend on each other the
 * shortest coefficients, by eigenvectors, as a pseudo-inverse has them.
 */
export function leastSquares(columns: readonly Float64Array[], values: Float64Array): LeastSquares {
  const [rows, count] = [values.length, columns.length];
  const work = columns.map((column) => Float64Array.from(column));
  const target = Float64Array.from(values);
  const diagonal = new Float64Array(count);
  let greatest = 0;
  for (let k = 0; k < count; k++) {
    const own = work[k]!;
    let norm = 0;
    for (let row = k; row < rows; row++) norm += own[row]! ** 2;
    norm = Math.sqrt(norm);
    greatest = Math.max(greatest, norm);
    if (rows <= k || norm <= greatest * 1e-12) return shortest(columns, values);
    const end = own[k]! > 0 ? -norm : norm;
    own[k]! -= end;
    diagonal[k] = end;
    let square = 0;
    for (let row = k; row < rows; row++) square += own[row]! ** 2;
    for (const other of [...work.slice(k + 1), target]) {
      let dot = 0;
      for (let row = k; row < rows; row++) dot += own[row]! * other[row]!;
      const factor = (2 * dot) / square;
      for (let row = k; row < rows; row++) other[row]! -= factor * own[row]!;
    }
  }
  const coefficients = new Float64Array(count);
  const solve = (right: Float64Array, to: Float64Array) => {
    for (let k = count - 1; k >= 0; k--) {
      let sum = right[k]!;
      for (let j = k + 1; j < count; j++) sum -= work[j]![k]! * to[j]!;
      to[k] = sum / diagonal[k]!;
    }
  };
  solve(target, coefficients);
  const triangle = columns.map((_, k) => {
    const column = new Float64Array(count);
    solve(
      Float64Array.from({ length: count }, (_, at) => (at === k ? 1 : 0)),
      column,
    );
    return column;
  });
  const inverse = columns.map((_, i) =>
    Float64Array.from(columns, (_, j) => triangle.reduce((sum, column) => sum + column[i]! * column[j]!, 0)),
  );
  return { coefficients, residual: residualOf(columns, values, coefficients), rank: count, inverse };
}

function shortest(columns: readonly Float64Array[], values: Float64Array): LeastSquares {
  const dot = (one: Float64Array, other: Float64Array) => one.reduce((sum, value, row) => sum + value * other[row]!, 0);
  const pairs = symmetricEigen(columns.map((one) => columns.map((other) => dot(one, other))));
  const wanted = columns.map((column) => dot(column, values));
  const coefficients = new Float64Array(columns.length);
  const least = (pairs[0]?.value ?? 0) * 1e-13;
  const kept = pairs.filter((pair) => pair.value > least);
  const inverse = columns.map(() => new Float64Array(columns.length));
  for (const { value, vector } of kept) {
    for (const [i, row] of inverse.entries())
      for (const [j] of row.entries()) row[j]! += (vector[i]! * vector[j]!) / value;
    const share = vector.reduce((sum, one, at) => sum + one * wanted[at]!, 0) / value;
    for (const [at, one] of vector.entries()) coefficients[at]! += share * one;
  }
  return { coefficients, residual: residualOf(columns, values, coefficients), rank: kept.length, inverse };
}

const residualOf = (columns: readonly Float64Array[], values: Float64Array, coefficients: Float64Array): number => {
  let sum = 0;
  for (const [row, value] of values.entries()) {
    let rest = value;
    for (const [at, column] of columns.entries()) rest -= coefficients[at]! * column[row]!;
    sum += rest ** 2;
  }
  return sum;
};
