/**
 * Pearson's correlation of two columns over the rows where both have a value (NaN is a missing one): -1 to 1. NaN with
 * fewer than two such rows or where a column has one value.
 */
export function pearson(x: Float64Array, y: Float64Array): number {
  let count = 0;
  let [sumX, sumY] = [0, 0];
  let [firstX, firstY] = [Number.NaN, Number.NaN];
  let [variesX, variesY] = [false, false];
  for (let row = 0; row < x.length; row++) {
    const [a, b] = [x[row]!, y[row]!];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    if (count++ === 0) [firstX, firstY] = [a, b];
    variesX ||= a !== firstX;
    variesY ||= b !== firstY;
    sumX += a;
    sumY += b;
  }
  // The mean of equal numbers may round away from them, which would leave a column of one value with a variance.
  if (!variesX || !variesY) return Number.NaN;
  const [meanX, meanY] = [sumX / count, sumY / count];
  let [xx, xy, yy] = [0, 0, 0];
  for (let row = 0; row < x.length; row++) {
    const a = x[row]! - meanX;
    const b = y[row]! - meanY;
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    xx += a * a;
    xy += a * b;
    yy += b * b;
  }
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
}

/**
 * The numbers that, in place of categories, predict a column best in least squares: the mean of the column in each category;
 * NaN for one whose rows have no value.
 *
 * @param codes the category of each row, 0 to `categories` - 1; a negative code is a missing value
 */
export function meansOfCategories(codes: Int32Array, categories: number, column: Float64Array): Float64Array {
  const sums = new Float64Array(categories);
  const counts = new Float64Array(categories);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    const value = column[row]!;
    if (code < 0 || Number.isNaN(value)) continue;
    sums[code]! += value;
    counts[code]!++;
  }
  return sums.map((sum, code) => sum / counts[code]!);
}

/**
 * Cramér's V of two columns of categories: the square root of chi-squared per row and per degree of the table's smaller
 * side, 0 to 1. NaN where a column has fewer than two categories among the rows that have both.
 *
 * @param x codes from 0 to `categoriesX` - 1, negative where the value is missing; the same for y
 */
export function cramersV(x: Int32Array, categoriesX: number, y: Int32Array, categoriesY: number): number {
  const counts = new Map<number, number>();
  const totalsX = new Float64Array(categoriesX);
  const totalsY = new Float64Array(categoriesY);
  for (let row = 0; row < x.length; row++) {
    const [a, b] = [x[row]!, y[row]!];
    if (a < 0 || b < 0) continue;
    const cell = a * categoriesY + b;
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
    totalsX[a]!++;
    totalsY[b]!++;
  }
  const side = Math.min(totalsX.filter((count) => count > 0).length, totalsY.filter((count) => count > 0).length);
  if (side < 2) return Number.NaN;
  // Of the cells without rows nothing is summed: chi-squared is n * (sum of count² / (row total * column total) - 1).
  let sum = 0;
  for (const [cell, count] of counts)
    sum += (count / totalsX[Math.floor(cell / categoriesY)]!) * (count / totalsY[cell % categoriesY]!);
  return Math.sqrt(Math.max(0, Math.min(1, (sum - 1) / (side - 1))));
}
