/** The eigenvalues of a symmetric matrix, the greatest first, each with its vector of length 1. */
export interface EigenPair {
  readonly value: number;
  readonly vector: readonly number[];
}

const maxSweeps = 100;

/**
 * Decomposes a symmetric matrix of a few hundred rows by Jacobi's rotations. Of a vector and its opposite, the one whose
 * entry farthest from 0 is positive is given.
 */
export function symmetricEigen(matrix: readonly (readonly number[])[]): readonly EigenPair[] {
  const size = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const v = a.map((_, index) => Float64Array.from({ length: size }, (_unused, other) => (index === other ? 1 : 0)));
  const whole = Math.sqrt(sumOfSquares(a, () => true));
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    if (Math.sqrt(sumOfSquares(a, (i, j) => i !== j)) <= whole * 1e-15) break;
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) rotate(a, v, p, q);
  }
  const pairs = a.map((row, index) => ({ value: row[index]!, vector: positive(v.map((one) => one[index]!)) }));
  return pairs.toSorted((one, other) => other.value - one.value);
}

/** Makes the entries (p, q) and (q, p) zero. */
function rotate(a: readonly Float64Array[], v: readonly Float64Array[], p: number, q: number): void {
  const off = a[p]![q]!;
  if (off === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (const row of a) turn(row, p, q, c, s);
  const [rowP, rowQ] = [a[p]!, a[q]!];
  for (let k = 0; k < rowP.length; k++) {
    const [x, y] = [rowP[k]!, rowQ[k]!];
    rowP[k] = c * x - s * y;
    rowQ[k] = s * x + c * y;
  }
  for (const row of v) turn(row, p, q, c, s);
}

function turn(row: Float64Array, p: number, q: number, c: number, s: number): void {
  const [x, y] = [row[p]!, row[q]!];
  row[p] = c * x - s * y;
  row[q] = s * x + c * y;
}

function sumOfSquares(a: readonly Float64Array[], counts: (i: number, j: number) => boolean): number {
  let sum = 0;
  for (const [i, row] of a.entries()) for (const [j, value] of row.entries()) if (counts(i, j)) sum += value * value;
  return sum;
}

function positive(vector: readonly number[]): readonly number[] {
  const farthest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) + 1e-12 ? value : best), 0);
  return farthest < 0 ? vector.map((value) => -value) : vector;
}
