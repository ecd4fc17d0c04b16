/** Numbers that say something of a series; of an empty one they are "not a number", but for sums. */

export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]!;
  return sum;
}

export const meanOf = (values: ArrayLike<number>): number => sumOf(values) / values.length;

/** Of all values that there are, not of a sample. */
export function varianceOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += (values[at]! - mean) ** 2;
  return sum / values.length;
}

export const deviationOf = (values: ArrayLike<number>): number => Math.sqrt(varianceOf(values));

export function greatestOf(values: ArrayLike<number>): number {
  let greatest = values.length === 0 ? Number.NaN : values[0]!;
  for (let at = 1; at < values.length; at++) if (values[at]! > greatest) greatest = values[at]!;
  return greatest;
}

export function leastOf(values: ArrayLike<number>): number {
  let least = values.length === 0 ? Number.NaN : values[0]!;
  for (let at = 1; at < values.length; at++) if (values[at]! < least) least = values[at]!;
  return least;
}

/** The share `q` of sorted values is at most this; between two of them it lies on the line. */
export function quantileOf(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = q * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  const [from, to, share] = [sorted[low]!, sorted[high]!, place - low];
  return share >= 0.5 ? to - (to - from) * (1 - share) : from + (to - from) * share;
}

export function differences(values: Float64Array): Float64Array {
  const made = new Float64Array(Math.max(0, values.length - 1));
  for (let at = 0; at < made.length; at++) made[at] = values[at + 1]! - values[at]!;
  return made;
}

/** How often each value is there, by the values in their order. */
export function countsOf(sorted: Float64Array): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const value of sorted) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Entropy in nats of counts. */
export function entropyOf(counts: Iterable<number>, total: number): number {
  let sum = 0;
  for (const count of counts) if (count > 0) sum -= (count / total) * Math.log(count / total);
  return sum;
}

/** How many values are in each of `bins` parts of the range, all as wide; the last one has its end. */
export function histogramOf(values: Float64Array, bins: number): Float64Array {
  let [low, high] = [leastOf(values), greatestOf(values)];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const width = (high - low) / bins;
  const edge = (at: number) => (at === bins ? high : low + at * width);
  const counts = new Float64Array(bins);
  for (const value of values) {
    let at = Math.floor(((value - low) / (high - low)) * bins);
    if (at >= bins) at = bins - 1;
    if (value < edge(at)) at--;
    else if (at !== bins - 1 && value >= edge(at + 1)) at++;
    counts[at]!++;
  }
  return counts;
}
