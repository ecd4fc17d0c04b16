/** Moments of numbers. Those that there are not are NaN: the mean of nothing, the variance of one. */
export interface Moments {
  /** How many are numbers: NaN and the infinities do not count. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of a sample: the divisor is count - 1. */
  readonly variance: number;
  /** The third central moment over that of the variance (divisor count): 0 for what is symmetric. */
  readonly skewness: number;
  /** The fourth central moment over the square of the variance (divisor count): 3 for a normal distribution. */
  readonly kurtosis: number;
}

/** Returns the moments in two passes; sums are carried with what they lose (Neumaier). */
export function momentsOf(values: Float64Array): Moments {
  let count = 0;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  const mean = (sum + lost) / count;
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const from = value - mean;
    const square = from * from;
    first += from;
    second += square;
    third += square * from;
    fourth += square * square;
  }
  // What the mean was rounded by is taken away from the moments about it.
  const [d, m2, m3, m4] = [first / count, second / count, third / count, fourth / count];
  const spread = Math.max(0, m2 - d * d);
  return {
    count,
    min: count > 0 ? min : Number.NaN,
    max: count > 0 ? max : Number.NaN,
    mean,
    variance: count > 1 ? (spread * count) / (count - 1) : Number.NaN,
    skewness: spread > 0 ? (m3 - 3 * d * m2 + 2 * d ** 3) / spread ** 1.5 : Number.NaN,
    kurtosis: spread > 0 ? (m4 - 4 * d * m3 + 6 * d * d * m2 - 3 * d ** 4) / spread ** 2 : Number.NaN,
  };
}
