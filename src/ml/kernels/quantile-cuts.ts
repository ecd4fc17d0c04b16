/**
 * Cuts a column into bins of about equal weight, as XGBoost's histogram method does: bin b holds the values in
 * [cut b-1, cut b), and every cut is a value of the column, except the last, which lies above all of them.
 *
 * With at most `maxBins` distinct values each has its own bin. Otherwise the cuts are the values at `maxBins` - 1
 * evenly spaced ranks between the end of the smallest value's ranks and the start of the largest one's, and the largest
 * value too when some of these fall together.
 *
 * @param sorted ascending, without missing values
 * @param ranks `ranks[i]` is the weight of all values up to and including the i-th; absent: every value weighs 1
 * @returns the cuts, ascending; empty for an empty column
 */
export function quantileCuts(sorted: Float32Array, maxBins: number, ranks?: Float64Array): Float32Array {
  const count = sorted.length;
  if (count === 0) return new Float32Array(0);
  const largest = sorted[count - 1]!;
  const cuts = distinctAfterFirst(sorted, maxBins) ?? cutsAtRanks(sorted, maxBins, ranks);
  cuts.push(Math.fround(largest + (Math.abs(largest) + 1e-5)));
  return Float32Array.from(cuts);
}

/**
 * Returns the distinct values but the first, at most `maxBins` - 1 of them; undefined when there are more than
 * `maxBins` + 1.
 */
function distinctAfterFirst(sorted: Float32Array, maxBins: number): number[] | undefined {
  const cuts: number[] = [];
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1]) continue;
    cuts.push(sorted[i]!);
    if (cuts.length > maxBins) return undefined;
  }
  return cuts.slice(0, maxBins - 1);
}

function cutsAtRanks(sorted: Float32Array, maxBins: number, ranks?: Float64Array): number[] {
  const rank = (i: number) => (ranks ? ranks[i]! : i + 1);
  let first = 0;
  while (sorted[first + 1] === sorted[0]) first++;
  let last = sorted.length - 1;
  while (sorted[last - 1] === sorted[sorted.length - 1]) last--;
  const begin = rank(first);
  const range = rank(last - 1) - begin;
  const cuts: number[] = [];
  let at = first + 1;
  for (let k = 1; k < maxBins; k++) {
    const target = begin + (k * range) / maxBins;
    while (at < last && rank(at) <= target) at++;
    if (sorted[at]! > (cuts.at(-1) ?? sorted[0]!)) cuts.push(sorted[at]!);
  }
  if (cuts.length < maxBins - 1) cuts.push(sorted[last]!);
  return cuts;
}
