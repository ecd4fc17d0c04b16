import { deviationOf, entropyOf, greatestOf, histogramOf, leastOf } from "../statistics.ts";
import { welchDensity } from "../welch-density.ts";
import { type FeatureFamily, setting, simple } from "./feature-family.ts";

const binCounts = [2, 3, 5, 10, 100];

/** How far apart two parts of a series are at their farthest, so many values from each place on. */
function areNear(values: Float64Array, one: number, other: number, length: number, far: number): boolean {
  for (let at = 0; at < length; at++) if (Math.abs(values[one + at]! - values[other + at]!) > far) return false;
  return true;
}

/** How many pairs of parts of a length are near each other, each pair counted from both sides, and none with itself. */
function nearPairs(values: Float64Array, length: number, far: number): number {
  const parts = values.length - length + 1;
  let pairs = 0;
  for (let one = 0; one < parts; one++)
    for (let other = one + 1; other < parts; other++) if (areNear(values, one, other, length, far)) pairs += 2;
  return pairs;
}

function sampleEntropy(values: Float64Array): number {
  const far = 0.2 * deviationOf(values);
  return -Math.log(nearPairs(values, 3, far) / nearPairs(values, 2, far));
}

/** The mean logarithm of the share of parts that are near each part. */
function meanNearness(values: Float64Array, length: number, far: number): number {
  const parts = values.length - length + 1;
  let sum = 0;
  for (let one = 0; one < parts; one++) {
    let near = 0;
    for (let other = 0; other < parts; other++) if (areNear(values, one, other, length, far)) near++;
    sum += Math.log(near / parts);
  }
  return sum / parts;
}

/** How many words that were not there before the series is made of, for each of its values. */
function lempelZiv(values: Float64Array, bins: number): number {
  const [low, high] = [leastOf(values), greatestOf(values)];
  const step = (high - low) / bins;
  const edges = Array.from({ length: bins }, (_, at) => (at === bins - 1 ? high : low + (at + 1) * step));
  const letters = Array.from(values, (value) => edges.findIndex((edge) => value <= edge));
  const known = new Set<string>();
  for (let from = 0, length = 1; from + length <= letters.length; ) {
    const word = letters.slice(from, from + length).join();
    if (known.has(word)) length++;
    else {
      known.add(word);
      from += length;
      length = 1;
    }
  }
  return known.size / values.length;
}

/** The entropy of the orders in which `dimension` values come. */
function permutationEntropy(values: Float64Array, dimension: number): number {
  const parts = values.length - dimension + 1;
  if (parts <= 0) return Number.NaN;
  const orders = new Map<string, number>();
  for (let from = 0; from < parts; from++) {
    const places = Array.from({ length: dimension }, (_, at) => at);
    const order = places.sort((one, other) => values[from + one]! - values[from + other]! || one - other).join();
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  return entropyOf(orders.values(), parts);
}

/** Features that say how surprising a series is. */
export const entropyFeatures: readonly FeatureFamily[] = [
  { ...simple("sample_entropy", ({ values }) => sampleEntropy(values)), costly: true },
  setting("binned_entropy", "max_bins", [10], ({ values }, bins) =>
    entropyOf(histogramOf(values, bins), values.length),
  ),
  {
    name: "approximate_entropy",
    costly: true,
    parts: [0.1, 0.3, 0.5, 0.7, 0.9].map((r) => `m_2__r_${r}`),
    values({ values }) {
      const deviation = deviationOf(values);
      return [0.1, 0.3, 0.5, 0.7, 0.9].map((r) =>
        values.length <= 3
          ? 0
          : Math.abs(meanNearness(values, 2, r * deviation) - meanNearness(values, 3, r * deviation)),
      );
    },
  },
  setting("lempel_ziv_complexity", "bins", binCounts, ({ values }, bins) => lempelZiv(values, bins)),
  {
    name: "fourier_entropy",
    parts: binCounts.map((bins) => `bins_${bins}`),
    values({ values }) {
      const density = welchDensity(values);
      const greatest = greatestOf(density);
      const shares = density.map((one) => one / greatest);
      return binCounts.map((bins) =>
        shares.some(Number.isNaN) ? Number.NaN : entropyOf(histogramOf(shares, bins), shares.length),
      );
    },
  },
  {
    name: "permutation_entropy",
    parts: [3, 4, 5, 6, 7].map((dimension) => `dimension_${dimension}__tau_1`),
    values: ({ values }) => [3, 4, 5, 6, 7].map((dimension) => permutationEntropy(values, dimension)),
  },
];
