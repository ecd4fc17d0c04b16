import { counted } from "../../base/counted.ts";
import type { EngineFunction } from "../../base/engine-function.ts";
import type { FeatureFamily } from "../../ml/series/features/feature-family.ts";
import { type SeasonalTrendOptions, seasonalTrend } from "../../ml/series/seasonal-trend.ts";
import { featureFamilies, seriesFeatures } from "../../ml/series/series-features.ts";

const familiesByWords = new Map<string, readonly FeatureFamily[]>();

function familiesOf(words: string): readonly FeatureFamily[] {
  const known = familiesByWords.get(words);
  if (known) return known;
  const names = words.split(" ");
  const families = featureFamilies.filter(({ name }) => names.includes(name));
  familiesByWords.set(words, families);
  return families;
}

function decompose(values: readonly (number | null)[], words: string): readonly number[] {
  const options = JSON.parse(words) as SeasonalTrendOptions;
  const missing = values.findIndex((value) => value === null || Number.isNaN(value));
  if (missing >= 0)
    throw new Error(`The series has no value at its place ${missing + 1}; fill it before the step, by Handle missing.`);
  if (values.length < 2 * options.period)
    throw new Error(
      `A series has ${counted(values.length, "value")}; to decompose it by a period of ${options.period} needs ${2 * options.period} or more.`,
    );
  const { remainder, seasonal, trend } = seasonalTrend(Float64Array.from(values as readonly number[]), options);
  return [...trend, ...seasonal, ...remainder];
}

/** The functions of our own that steps compile to: an engine that runs steps is opened with them. */
export const ownFunctions: readonly EngineFunction[] = [
  {
    name: "sagebrush_series_features",
    takes: ["doubles", "text"],
    gives: "doubles",
    call: (values: readonly number[], words: string) => [
      ...seriesFeatures(Float64Array.from(values), familiesOf(words)),
    ],
  },
  { name: "sagebrush_seasonal_trend", takes: ["doubles", "text"], gives: "doubles", call: decompose },
];
