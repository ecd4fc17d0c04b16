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
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const from = value - mean;
    const square = from * from;
    second += square;
    third += square * from;
    fourth += square * square;
  }
  const spread = second / count;
  return {
    count,
    min: count > 0 ? min : Number.NaN,
    max: count > 0 ? max : Number.NaN,
    mean,
    variance: count > 1 ? second / (count - 1) : Number.NaN,
    skewness: spread > 0 ? third / count / spread ** 1.5 : Number.NaN,
    kurtosis: spread > 0 ? fourth / count / spread ** 2 : Number.NaN,
  };
}
