/** What each of the places 1 to `count` becomes by local regression. */
export interface Loess {
  /** How many of the nearest places count. */
  readonly width: number;
  /** 0: a local mean; 1: a local line. */
  readonly degree: 0 | 1;
  /** Each so many places one is worked out, and those between lie on a line. */
  readonly jump: number;
}

/**
 * Smooths `count` values of `from`, `stride` apart from `start`, into `to`. `weights` lessen values that are far off; they
 * stand as the values do. The rules are those of Cleveland, Cleveland, McRae and Terpenning, "STL: A Seasonal-Trend Decomposition
 * Procedure Based on Loess" (1990) and their program.
 */
export function smooth(
  values: Float64Array,
  count: number,
  loess: Loess,
  weights: Float64Array | undefined,
  to: Float64Array,
): void {
  if (count < 2) {
    to[0] = values[0]!;
    return;
  }
  const { width, jump: wanted } = loess;
  const jump = Math.min(wanted, count - 1);
  const half = (width + 1) >> 1;
  let left = 1;
  let right = Math.min(width, count);
  for (let at = 1; at <= count; at += jump) {
    if (width < count) {
      if (jump === 1) {
        if (at > half && right !== count) {
          left++;
          right++;
        }
      } else {
        left = at < half ? 1 : at >= count - half + 1 ? count - width + 1 : at - half + 1;
        right = left + width - 1;
      }
    }
    to[at - 1] = fitted(values, count, loess, at, left, right, weights) ?? values[at - 1]!;
  }
  if (jump > 1) fillBetween(values, count, loess, jump, left, right, weights, to);
}

function fillBetween(
  values: Float64Array,
  count: number,
  loess: Loess,
  jump: number,
  left: number,
  right: number,
  weights: Float64Array | undefined,
  to: Float64Array,
): void {
  const line = (from: number, until: number) => {
    const slope = (to[until - 1]! - to[from - 1]!) / (until - from);
    for (let at = from + 1; at < until; at++) to[at - 1] = to[from - 1]! + slope * (at - from);
  };
  let last = 1;
  for (; last + jump <= count; last += jump) line(last, last + jump);
  if (last === count) return;
  to[count - 1] = fitted(values, count, loess, count, left, right, weights) ?? values[count - 1]!;
  line(last, count);
}

/**
 * Returns the value at a place, which may be outside of those that there are, of the values from `left` to `right` (the first
 * place is 1). Undefined where none of them has a weight.
 */
export function fitted(
  values: Float64Array,
  count: number,
  { degree, width }: Loess,
  at: number,
  left: number,
  right: number,
  weights: Float64Array | undefined,
): number | undefined {
  const reach = Math.max(at - left, right - at) + (width > count ? (width - count) >> 1 : 0);
  const far = 0.999 * reach;
  const near = 0.001 * reach;
  // One walk gathers the weights' sums with the places, counted from `at`, and with the values; the line follows from them.
  let [total, places, squares, sum, products] = [0, 0, 0, 0, 0];
  for (let place = left; place <= right; place++) {
    const from = place - at;
    const distance = Math.abs(from);
    if (distance > far) continue;
    let weight = weights ? weights[place - 1]! : 1;
    if (distance > near) {
      const share = distance / reach;
      const rest = 1 - share * share * share;
      weight *= rest * rest * rest;
    }
    const weighed = weight * from;
    total += weight;
    places += weighed;
    squares += weighed * from;
    sum += weight * values[place - 1]!;
    products += weighed * values[place - 1]!;
  }
  if (total <= 0) return undefined;
  const mean = sum / total;
  if (reach === 0 || degree === 0) return mean;
  const middle = places / total;
  const spread = squares / total - middle * middle;
  if (!(spread > (0.001 * (count - 1)) ** 2)) return mean;
  return mean - (middle / spread) * (products / total - middle * mean);
}
