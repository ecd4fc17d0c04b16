import { fitted, type Loess, smooth } from "../kernels/loess.ts";

export interface SeasonalTrendOptions {
  /** How many values a season has: 2 or more. */
  readonly period: number;
  /** How many seasons the seasonal smoother sees: odd, 3 or more. Default 7. */
  readonly seasonal?: number;
  /** How many values the trend smoother sees: odd, more than the period. Default: the least odd number from 1.5 period / (1 - 1.5 / seasonal) on. */
  readonly trend?: number;
  /** The same of the smoother that takes the level out of the seasons. Default: the least odd number above the period. */
  readonly lowPass?: number;
  readonly seasonalDegree?: 0 | 1;
  readonly trendDegree?: 0 | 1;
  readonly lowPassDegree?: 0 | 1;
  /** Whether values that are far off count less. Default: false. */
  readonly robust?: boolean;
  readonly seasonalJump?: number;
  readonly trendJump?: number;
  readonly lowPassJump?: number;
  /** Default: 2 of a robust one, else 5. */
  readonly innerIterations?: number;
  /** Default: 15 of a robust one, else 0. */
  readonly outerIterations?: number;
}

/** A value is the sum of its trend, its season and its remainder. */
export interface SeasonalTrend {
  readonly trend: Float64Array;
  readonly seasonal: Float64Array;
  readonly remainder: Float64Array;
  /** From 0 to 1: how much each value counted. */
  readonly weights: Float64Array;
}

const odd = (number: number): number => number + ((number + 1) % 2);

/**
 * Divides a series into trend, season and remainder by loess: STL, with the defaults of statsmodels (`statsmodels.tsa.seasonal.STL`).
 * The series has two whole seasons at least and no missing value.
 */
export function seasonalTrend(values: Float64Array, options: SeasonalTrendOptions): SeasonalTrend {
  const { period, robust = false, seasonal: seasons = 7 } = options;
  const count = values.length;
  const season: Loess = { width: seasons, degree: options.seasonalDegree ?? 1, jump: options.seasonalJump ?? 1 };
  const trendWidth = options.trend ?? odd(Math.ceil((1.5 * period) / (1 - 1.5 / seasons)));
  const level: Loess = { width: trendWidth, degree: options.trendDegree ?? 1, jump: options.trendJump ?? 1 };
  const lowWidth = options.lowPass ?? odd(period + 1);
  const low: Loess = { width: lowWidth, degree: options.lowPassDegree ?? 1, jump: options.lowPassJump ?? 1 };
  const inner = options.innerIterations ?? (robust ? 2 : 5);
  const outer = options.outerIterations ?? (robust ? 15 : 0);
  const trend = new Float64Array(count);
  const seasonal = new Float64Array(count);
  const weights = new Float64Array(count).fill(1);
  const rest = new Float64Array(count);
  const cycles = new Float64Array(count + 2 * period);
  const passed = new Float64Array(count);
  for (let round = 0; ; round++) {
    const used = round === 0 ? undefined : weights;
    for (let step = 0; step < inner; step++) {
      for (let at = 0; at < count; at++) rest[at] = values[at]! - trend[at]!;
      smoothCycles(rest, period, season, used, cycles);
      smooth(movingAverages(cycles, period), count, low, undefined, passed);
      for (let at = 0; at < count; at++) {
        seasonal[at] = cycles[period + at]! - passed[at]!;
        rest[at] = values[at]! - seasonal[at]!;
      }
      smooth(rest, count, level, used, trend);
    }
    if (round >= outer) break;
    weigh(values, trend, seasonal, weights);
  }
  const remainder = values.map((value, at) => value - trend[at]! - seasonal[at]!);
  return { trend, seasonal, remainder, weights };
}

/** Smooths each cycle (all first values of a season, all second ones) and draws it out by one at both ends. */
function smoothCycles(
  values: Float64Array,
  period: number,
  loess: Loess,
  weights: Float64Array | undefined,
  to: Float64Array,
): void {
  const most = Math.ceil(values.length / period);
  const cycle = new Float64Array(most);
  const smoothed = new Float64Array(most);
  const weighed = weights && new Float64Array(most);
  for (let first = 0; first < period; first++) {
    const count = Math.floor((values.length - first - 1) / period) + 1;
    for (let at = 0; at < count; at++) {
      cycle[at] = values[first + at * period]!;
      if (weighed) weighed[at] = weights[first + at * period]!;
    }
    smooth(cycle, count, loess, weighed, smoothed);
    const before = fitted(cycle, count, loess, 0, 1, Math.min(loess.width, count), weighed);
    const after = fitted(cycle, count, loess, count + 1, Math.max(1, count - loess.width + 1), count, weighed);
    to[first] = before ?? smoothed[0]!;
    for (let at = 0; at < count; at++) to[first + (at + 1) * period] = smoothed[at]!;
    to[first + (count + 1) * period] = after ?? smoothed[count - 1]!;
  }
}

/** Three moving averages, one after the other: over a season, over a season, over three values. */
const movingAverages = (values: Float64Array, period: number): Float64Array =>
  movingAverage(movingAverage(movingAverage(values, period), period), 3);

function movingAverage(values: Float64Array, width: number): Float64Array {
  const averages = new Float64Array(values.length - width + 1);
  let sum = 0;
  for (let at = 0; at < width; at++) sum += values[at]!;
  averages[0] = sum / width;
  for (let at = 1; at < averages.length; at++) {
    sum += values[at + width - 1]! - values[at - 1]!;
    averages[at] = sum / width;
  }
  return averages;
}

/** The farther a value is from its trend and season, the less it counts; from six medians of these distances on, nothing. */
function weigh(values: Float64Array, trend: Float64Array, seasonal: Float64Array, weights: Float64Array): void {
  const distances = values.map((value, at) => Math.abs(value - trend[at]! - seasonal[at]!));
  const sorted = distances.toSorted();
  const half = Math.floor(sorted.length / 2);
  const end = 3 * (sorted[half]! + sorted[sorted.length - half - 1]!);
  for (const [at, distance] of distances.entries()) {
    if (distance <= 0.001 * end) weights[at] = 1;
    else weights[at] = distance <= 0.999 * end ? (1 - (distance / end) ** 2) ** 2 : 0;
  }
}
