import type { Context } from "../../../frame/context.ts";
import type { JournalStore } from "../../../stores/journals/port.ts";
import { readPoints } from "./metric-history.ts";
import { invalidValue, notBuilt } from "./metric-points.ts";
import { addSummary, boundSamples, emptySummary, type MetricSummary } from "./metric-summary.ts";
import { floorTo } from "./metric-tiers.ts";

/** The points of one period and one unit, summed up. */
export interface Period extends MetricSummary {
  /** Its beginning, milliseconds since 1970. */
  readonly time: number;
  readonly unit: string;
}

export type Statistic = (period: Period) => number | undefined;

const statistics: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

/** Returns the percentage of a percentile such as "p99.9"; undefined for another statistic. */
export function percentOf(name: string): number | undefined {
  const percentile = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name)?.[1];
  return percentile === undefined ? undefined : Number(percentile);
}

/** Returns the statistic that the API names so: "Average", "p99", "p99.9". */
export function statisticNamed(context: Pick<Context, "settings">, name: string): Statistic {
  const percent = percentOf(name);
  const statistic = percent === undefined ? statistics[name] : percentileOf(percent);
  if (statistic) return statistic;
  const built = Object.keys(statistics).join(", ");
  throw notBuilt(context, `The statistic ${name}`, `use ${built} or a percentile such as p50 or p99.9`);
}

/** Interpolates between the two samples around the rank (Hyndman and Fan, type 7). */
const percentileOf =
  (percent: number): Statistic =>
  ({ samples, count: total }) => {
    if (!samples) return undefined;
    const sorted = boundSamples(samples, mostSamples);
    const rank = (percent / 100) * Math.max(total - 1, 0);
    const below = Math.floor(rank);
    const valueAt = (index: number) => {
      let seen = 0;
      for (let place = 0; place < sorted.length; place += 2) {
        seen += sorted[place + 1]!;
        if (seen > index) return sorted[place]!;
      }
      return sorted.at(-2);
    };
    const low = valueAt(below);
    const high = valueAt(Math.ceil(rank));
    return low === undefined || high === undefined ? undefined : low + (high - low) * (rank - below);
  };

/** With more distinct values than this, percentiles of a period are exact to 1 % only. */
const mostSamples = 5_000;

/**
 * Returns the periods that have points, in order of time. `origin`: the start of any one period. Points of different
 * units are not added up, unless `unit` is "any".
 */
export async function readPeriods(
  journals: JournalStore,
  journal: string,
  options: {
    startTime: number;
    endTime: number;
    origin: number;
    periodMilliseconds: number;
    unit: string | "any" | undefined;
    /** Whether percentiles are asked for: samples cost the most. */
    samples: boolean;
  },
): Promise<Period[]> {
  const { startTime, endTime, origin, periodMilliseconds, unit } = options;
  const samples = () => (options.samples ? [] : undefined);
  const periods = new Map<string, Period>();
  for (const point of await readPoints(journals, journal, { begin: startTime, end: endTime })) {
    if (unit !== undefined && unit !== "any" && unit !== point.unit) continue;
    const time = origin + floorTo(point.time - origin, periodMilliseconds);
    const shown = unit === "any" ? "None" : point.unit;
    const key = `${time} ${shown}`;
    const period = periods.get(key) ?? { ...emptySummary(), time, unit: shown, samples: samples() };
    periods.set(key, period);
    addSummary(period, point.summary, mostSamples);
  }
  return [...periods.values()].filter(({ count }) => count > 0).sort((a, b) => a.time - b.time);
}

const minute = 60_000;
const day = 24 * 60 * minute;

/** CloudWatch rounds the start down: to the minute for the last 15 days, to 5 minutes up to 63 days, else to the hour. */
export function roundStart(startTime: number, periodSeconds: number, now: number): number {
  const age = now - startTime;
  const step =
    periodSeconds < 60 ? periodSeconds * 1000 : age < 15 * day ? minute : age < 63 * day ? 5 * minute : 60 * minute;
  return Math.floor(startTime / step) * step;
}

export function checkPeriod(periodSeconds: number): void {
  if (![1, 5, 10, 20, 30].includes(periodSeconds) && !(periodSeconds > 0 && periodSeconds % 60 === 0))
    throw invalidValue(`The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60; it is ${periodSeconds}.`);
}
