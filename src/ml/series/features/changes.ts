import { deviationOf, differences, greatestOf, leastOf, meanOf, quantileOf, sumOf, varianceOf } from "../statistics.ts";
import { type FeatureFamily, float, setting, simple } from "./feature-family.ts";

/** The longest run of values for which something holds. */
function longestRun(values: Float64Array, holds: (value: number) => boolean): number {
  let [longest, run] = [0, 0];
  for (const value of values) {
    run = holds(value) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** How far the values are along the line, by the change from each to the next; of normalised ones by their deviation. */
function complexity(values: Float64Array, isNormalised: boolean): number {
  const deviation = deviationOf(values);
  if (isNormalised && deviation === 0) return 0;
  const length = Math.sqrt(differences(values).reduce((sum, one) => sum + one * one, 0));
  return isNormalised ? length / deviation : length;
}

const corridors = [0, 0.2, 0.4, 0.6, 0.8].flatMap((low) =>
  [0.2, 0.4, 0.6, 0.8, 1].filter((high) => low < high).map((high) => [low, high] as const),
);

/** Changes between values that both lie between two quantiles: their mean and variance, with their signs and without. */
const changeQuantiles: FeatureFamily = {
  name: "change_quantiles",
  parts: corridors.flatMap(([low, high]) =>
    ["False", "True"].flatMap((isAbsolute) =>
      ["mean", "var"].map((kind) => `f_agg_"${kind}"__isabs_${isAbsolute}__qh_${float(high)}__ql_${float(low)}`),
    ),
  ),
  values({ sorted, values }) {
    const changes = differences(values);
    return corridors.flatMap(([low, high]) => {
      const [from, to] = [quantileOf(sorted, low), quantileOf(sorted, high)];
      if (from === to) return [0, 0, 0, 0];
      const isWithin = (at: number) => values[at]! >= from && values[at]! <= to;
      const kept = changes.filter((_, at) => isWithin(at) && isWithin(at + 1));
      if (kept.length === 0) return [0, 0, 0, 0];
      const sizes = kept.map(Math.abs);
      return [meanOf(kept), varianceOf(kept), meanOf(sizes), varianceOf(sizes)];
    });
  },
};

/** The mean of products of values that are `lag` and twice `lag` apart. */
const ofThree = (name: string, product: (here: number, next: number, last: number) => number): FeatureFamily =>
  setting(name, "lag", [1, 2, 3], ({ values }, lag) => {
    const count = values.length - 2 * lag;
    if (count <= 0) return 0;
    let sum = 0;
    for (let at = 0; at < count; at++) sum += product(values[at]!, values[at + lag]!, values[at + 2 * lag]!);
    return sum / count;
  });

/** Values that are greater than so many on either side. */
function peaks(values: Float64Array, support: number): number {
  let found = 0;
  for (let at = support; at < values.length - support; at++) {
    let isPeak = true;
    for (let far = 1; far <= support && isPeak; far++)
      isPeak = values[at]! > values[at - far]! && values[at]! > values[at + far]!;
    if (isPeak) found++;
  }
  return found;
}

const masses = [0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9];
const segments = Array.from({ length: 10 }, (_, at) => at);

/** Features of the order in which the values come. */
export const changeFeatures: readonly FeatureFamily[] = [
  simple("mean_abs_change", ({ values }) => meanOf(differences(values).map(Math.abs))),
  simple("mean_change", ({ values }) =>
    values.length > 1 ? (values.at(-1)! - values[0]!) / (values.length - 1) : Number.NaN,
  ),
  simple("mean_second_derivative_central", ({ values }) =>
    values.length > 2
      ? (values.at(-1)! - values.at(-2)! - values[1]! + values[0]!) / (2 * (values.length - 2))
      : Number.NaN,
  ),
  simple("absolute_sum_of_changes", ({ values }) => sumOf(differences(values).map(Math.abs))),
  simple("longest_strike_below_mean", ({ values }) => {
    const mean = meanOf(values);
    return longestRun(values, (one) => one < mean);
  }),
  simple("longest_strike_above_mean", ({ values }) => {
    const mean = meanOf(values);
    return longestRun(values, (one) => one > mean);
  }),
  simple(
    "last_location_of_maximum",
    ({ values }) => 1 - (values.length - 1 - values.lastIndexOf(greatestOf(values))) / values.length,
  ),
  simple("first_location_of_maximum", ({ values }) => values.indexOf(greatestOf(values)) / values.length),
  simple(
    "last_location_of_minimum",
    ({ values }) => 1 - (values.length - 1 - values.lastIndexOf(leastOf(values))) / values.length,
  ),
  simple("first_location_of_minimum", ({ values }) => values.indexOf(leastOf(values)) / values.length),
  ofThree("time_reversal_asymmetry_statistic", (here, next, last) => last * last * next - next * here * here),
  ofThree("c3", (here, next, last) => last * next * here),
  {
    name: "cid_ce",
    parts: ["normalize_True", "normalize_False"],
    values: ({ values }) => [complexity(values, true), complexity(values, false)],
  },
  setting("number_peaks", "n", [1, 3, 5, 10, 50], ({ values }, support) => peaks(values, support)),
  {
    name: "index_mass_quantile",
    parts: masses.map((q) => `q_${q}`),
    values({ values }) {
      const total = sumOf(values.map(Math.abs));
      if (total === 0) return masses.map(() => Number.NaN);
      let mass = 0;
      const shares = values.map((one) => {
        mass += Math.abs(one);
        return mass / total;
      });
      return masses.map(
        (q) =>
          (Math.max(
            0,
            shares.findIndex((share) => share >= q),
          ) +
            1) /
          values.length,
      );
    },
  },
  changeQuantiles,
  setting("number_crossing_m", "m", [0, -1, 1], ({ values }, level) => {
    let crossings = 0;
    for (let at = 1; at < values.length; at++) if (values[at]! > level !== values[at - 1]! > level) crossings++;
    return crossings;
  }),
  {
    name: "energy_ratio_by_chunks",
    parts: segments.map((at) => `num_segments_10__segment_focus_${at}`),
    values({ values }) {
      const energies = values.map((one) => one * one);
      const whole = sumOf(energies);
      const [size, longer] = [Math.floor(values.length / 10), values.length % 10];
      return segments.map((at) => {
        const from = at * size + Math.min(at, longer);
        return whole === 0 ? Number.NaN : sumOf(energies.subarray(from, from + size + (at < longer ? 1 : 0))) / whole;
      });
    },
  },
];
