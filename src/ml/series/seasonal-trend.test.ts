import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type SeasonalTrendOptions, seasonalTrend } from "./seasonal-trend.ts";

/** What statsmodels' STL made of the same series with the same options. */
const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, "goldens/seasonal-trend.json"), "utf8")) as {
  readonly cases: readonly {
    readonly values: number[];
    readonly options: SeasonalTrendOptions;
    readonly trend: number[];
    readonly seasonal: number[];
    readonly weights: number[];
  }[];
};

const farthest = (one: Float64Array, other: readonly number[]): number =>
  other.reduce((most, value, at) => Math.max(most, Math.abs(value - one[at]!)), 0);

test.each(cases)(
  "a decomposition with $options is that of statsmodels",
  ({ options, seasonal, trend, values, weights }) => {
    const made = seasonalTrend(Float64Array.from(values), options);
    expect(farthest(made.trend, trend)).toBeLessThan(1e-9);
    expect(farthest(made.seasonal, seasonal)).toBeLessThan(1e-9);
    expect(farthest(made.weights, weights)).toBeLessThan(1e-9);
    expect(
      farthest(
        made.remainder,
        values.map((value, at) => value - trend[at]! - seasonal[at]!),
      ),
    ).toBeLessThan(1e-9);
  },
);
