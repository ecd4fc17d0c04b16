import { changeFeatures } from "./features/changes.ts";
import { entropyFeatures } from "./features/entropy.ts";
import type { FeatureFamily } from "./features/feature-family.ts";
import { regressionFeatures } from "./features/regression.ts";
import { spectrumFeatures } from "./features/spectrum.ts";
import { valueFeatures } from "./features/values.ts";

/**
 * The catalogue of tsfresh 0.21 with its settings ("comprehensive"), but what needs more than the series: `linear_trend_timewise`,
 * `query_similarity_count`, and `matrix_profile`, for which tsfresh itself needs another library.
 */
export const featureFamilies: readonly FeatureFamily[] = [
  ...valueFeatures,
  ...changeFeatures,
  ...spectrumFeatures,
  ...regressionFeatures,
  ...entropyFeatures,
];

/** The names of the features of families: `mean`, `autocorrelation__lag_1`. */
export const namesOf = (families: readonly FeatureFamily[]): readonly string[] =>
  families.flatMap(({ name, parts }) => parts.map((part) => (part === "" ? name : `${name}__${part}`)));

/** The features of a series, in the order of their names. A family whose rule fails on it is not a number. */
export function seriesFeatures(values: Float64Array, families: readonly FeatureFamily[]): Float64Array {
  const series = { values, sorted: values.toSorted() };
  const made = new Float64Array(families.reduce((sum, { parts }) => sum + parts.length, 0));
  let at = 0;
  for (const family of families) {
    made.set(family.values(series), at);
    at += family.parts.length;
  }
  return made;
}
