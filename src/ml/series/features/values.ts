import { countsOf, deviationOf, meanOf, quantileOf, sumOf, varianceOf } from "../statistics.ts";
import { type FeatureFamily, float, type SortedSeries, setting, simple } from "./feature-family.ts";

const lastOf = ({ sorted }: SortedSeries): number => sorted.at(-1)!;
const rangeOf = (series: SortedSeries): number => lastOf(series) - series.sorted[0]!;
const count = (values: Float64Array, is: (value: number) => boolean): number =>
  values.reduce((sum, value) => sum + Number(is(value)), 0);
const medianOf = ({ sorted }: SortedSeries): number => {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
};

function momentOf(values: Float64Array, power: number): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** power, 0);
}

/** Of a sample, as pandas corrects it. */
function skewness({ sorted, values }: SortedSeries): number {
  const size = values.length;
  if (size < 3 || sorted[0] === sorted.at(-1)) return Number.NaN;
  const [second, third] = [momentOf(values, 2), momentOf(values, 3)];
  return ((size * Math.sqrt(size - 1)) / (size - 2)) * (third / second ** 1.5);
}

function kurtosis({ sorted, values }: SortedSeries): number {
  const size = values.length;
  if (size < 4 || sorted[0] === sorted.at(-1)) return Number.NaN;
  const [second, fourth] = [momentOf(values, 2), momentOf(values, 4)];
  const corrected = (size * (size + 1) * (size - 1) * fourth) / ((size - 2) * (size - 3) * second ** 2);
  return corrected - (3 * (size - 1) ** 2) / ((size - 2) * (size - 3));
}

const repeated = ({ sorted }: SortedSeries): readonly (readonly [value: number, count: number])[] =>
  [...countsOf(sorted)].filter(([, times]) => times > 1);
const distinctOf = ({ sorted }: SortedSeries): number => countsOf(sorted).size;

/** How the first digits of the numbers go with Benford's law. */
function benford({ values }: SortedSeries): number {
  const digits = Array.from({ length: 9 }, () => 0);
  for (const value of values) {
    const digit = Number(Math.abs(value).toExponential()[0]);
    if (digit > 0) digits[digit - 1]!++;
  }
  const law = digits.map((_, at) => Math.log10(1 + 1 / (at + 1)));
  const [own, other] = [meanOf(digits), meanOf(law)];
  const together = digits.reduce((sum, one, at) => sum + (one - own) * (law[at]! - other), 0);
  const spread = (of: readonly number[], mean: number) => of.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return together / Math.sqrt(spread(digits, own) * spread(law, other));
}

/** Features of the values, whatever their order. */
export const valueFeatures: readonly FeatureFamily[] = [
  simple("variance_larger_than_standard_deviation", ({ values }) => varianceOf(values) > deviationOf(values)),
  simple("has_duplicate_max", (series) => count(series.values, (one) => one === lastOf(series)) >= 2),
  simple("has_duplicate_min", (series) => count(series.values, (one) => one === series.sorted[0]) >= 2),
  simple("has_duplicate", (series) => distinctOf(series) !== series.values.length),
  simple("sum_values", ({ values }) => sumOf(values)),
  simple("abs_energy", ({ values }) => values.reduce((sum, one) => sum + one * one, 0)),
  simple("median", medianOf),
  simple("mean", ({ values }) => meanOf(values)),
  simple("length", ({ values }) => values.length),
  simple("standard_deviation", ({ values }) => deviationOf(values)),
  simple("variation_coefficient", ({ values }) =>
    meanOf(values) === 0 ? Number.NaN : deviationOf(values) / meanOf(values),
  ),
  simple("variance", ({ values }) => varianceOf(values)),
  simple("skewness", skewness),
  simple("kurtosis", kurtosis),
  simple("root_mean_square", ({ values }) => Math.sqrt(meanOf(values.map((one) => one * one)))),
  simple("count_above_mean", ({ values }) => {
    const mean = meanOf(values);
    return count(values, (one) => one > mean);
  }),
  simple("count_below_mean", ({ values }) => {
    const mean = meanOf(values);
    return count(values, (one) => one < mean);
  }),
  simple("percentage_of_reoccurring_values_to_all_values", (series) => repeated(series).length / distinctOf(series)),
  simple(
    "percentage_of_reoccurring_datapoints_to_all_datapoints",
    (series) => repeated(series).reduce((sum, [, times]) => sum + times, 0) / series.values.length,
  ),
  simple("sum_of_reoccurring_values", (series) => repeated(series).reduce((sum, [value]) => sum + value, 0)),
  simple("sum_of_reoccurring_data_points", (series) =>
    repeated(series).reduce((sum, [value, times]) => sum + value * times, 0),
  ),
  simple("ratio_value_number_to_time_series_length", (series) => distinctOf(series) / series.values.length),
  simple("maximum", lastOf),
  simple("absolute_maximum", (series) => Math.max(Math.abs(lastOf(series)), Math.abs(series.sorted[0]!))),
  simple("minimum", ({ sorted }) => sorted[0]!),
  simple("benford_correlation", benford),
  setting(
    "symmetry_looking",
    "r",
    Array.from({ length: 20 }, (_, at) => at * 0.05),
    (series, r) => Math.abs(meanOf(series.values) - medianOf(series)) < r * rangeOf(series),
    float,
  ),
  setting(
    "large_standard_deviation",
    "r",
    Array.from({ length: 19 }, (_, at) => (at + 1) * 0.05),
    (series, r) => deviationOf(series.values) > r * rangeOf(series),
    float,
  ),
  setting("quantile", "q", [0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9], ({ sorted }, q) => quantileOf(sorted, q)),
  setting("value_count", "value", [0, 1, -1], ({ values }, value) => count(values, (one) => one === value)),
  {
    name: "range_count",
    parts: ["max_1__min_-1", "max_0__min_-1000000000000.0", "max_1000000000000.0__min_0"],
    values: ({ values }) =>
      [
        [-1, 1],
        [-1e12, 0],
        [0, 1e12],
      ].map(([low, high]) => count(values, (one) => one >= low! && one < high!)),
  },
  setting("ratio_beyond_r_sigma", "r", [0.5, 1, 1.5, 2, 2.5, 3, 5, 6, 7, 10], ({ values }, r) => {
    const [mean, far] = [meanOf(values), r * deviationOf(values)];
    return count(values, (one) => Math.abs(one - mean) > far) / values.length;
  }),
  setting("count_above", "t", [0], ({ values }, t) => count(values, (one) => one >= t) / values.length),
  setting("count_below", "t", [0], ({ values }, t) => count(values, (one) => one <= t) / values.length),
  setting("mean_n_absolute_max", "number_of_maxima", [7], ({ values }, most) =>
    values.length > most ? meanOf(values.map(Math.abs).toSorted().subarray(-most)) : Number.NaN,
  ),
];
