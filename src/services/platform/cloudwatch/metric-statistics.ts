import type { JournalStore } from "../../../stores/journals/port.ts";
import { invalidValue, type MetricPoint } from "./metric-points.ts";

/** The points of one period and one unit, summed up. */
export interface Period {
  /** Its beginning, milliseconds since 1970. */
  readonly time: number;
  readonly unit: string;
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** Value and how often; gathered for percentiles only. undefined: a set without single values was among the points. */
  samples: [value: number, count: number][] | undefined;
}

export type Statistic = (period: Period) => number | undefined;

const statistics: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

/** By its name in the API: "Average", "p99", "p99.9". */
export function statisticNamed(name: string): Statistic {
  const percentile = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name)?.[1];
  const statistic = percentile === undefined ? statistics[name] : percentileOf(Number(percentile));
  if (statistic) return statistic;
  throw invalidValue(
    `The statistic ${name} is not built yet; use ${Object.keys(statistics).join(", ")} or a percentile such as p50 or p99.9.`,
  );
}

/** Between the two samples around the rank, as most tools interpolate (Hyndman and Fan, type 7). */
const percentileOf =
  (percent: number): Statistic =>
  ({ samples }) => {
    if (!samples) return undefined;
    const sorted = samples.filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
    const total = sorted.reduce((sum, [, count]) => sum + count, 0);
    const rank = (percent / 100) * Math.max(total - 1, 0);
    const below = Math.floor(rank);
    const valueAt = (index: number) => {
      let seen = 0;
      for (const [value, count] of sorted) {
        seen += count;
        if (seen > index) return value;
      }
      return sorted.at(-1)?.[0];
    };
    const low = valueAt(below);
    const high = valueAt(Math.ceil(rank));
    return low === undefined || high === undefined ? undefined : low + (high - low) * (rank - below);
  };

const chunkSize = 10_000;

/**
 * The periods that have points, in order of time. `origin`: where one of the periods begins. Points of different units
 * are never added up, unless `unit` is "any".
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
  },
): Promise<Period[]> {
  const { startTime, endTime, origin, periodMilliseconds, unit } = options;
  const periods = new Map<string, Period>();
  for (let position = 0; ; ) {
    const entries = await journals.read(journal, position, chunkSize);
    for (const entry of entries) {
      if (entry.time < startTime || entry.time >= endTime) continue;
      const point = JSON.parse(entry.data) as MetricPoint;
      if (unit !== undefined && unit !== "any" && unit !== point.unit) continue;
      const time = origin + Math.floor((entry.time - origin) / periodMilliseconds) * periodMilliseconds;
      const shown = unit === "any" ? "None" : point.unit;
      let period = periods.get(`${time} ${shown}`);
      if (!period) {
        period = { time, unit: shown, count: 0, sum: 0, minimum: Infinity, maximum: -Infinity, samples: [] };
        periods.set(`${time} ${shown}`, period);
      }
      add(period, point);
    }
    if (entries.length === 0) break;
    position = entries.at(-1)!.position + 1;
  }
  return [...periods.values()].filter(({ count }) => count > 0).sort((a, b) => a.time - b.time);
}

function add(period: Period, { set, values = [], counts }: MetricPoint): void {
  if (set) {
    period.count += set.count;
    period.sum += set.sum;
    period.minimum = Math.min(period.minimum, set.minimum);
    period.maximum = Math.max(period.maximum, set.maximum);
    // A set tells its single values only when they are all the same.
    if (set.minimum === set.maximum) period.samples?.push([set.minimum, set.count]);
    else period.samples = undefined;
    return;
  }
  values.forEach((value, index) => {
    const count = counts?.[index] ?? 1;
    if (count === 0) return;
    period.count += count;
    period.sum += value * count;
    period.minimum = Math.min(period.minimum, value);
    period.maximum = Math.max(period.maximum, value);
    period.samples?.push([value, count]);
  });
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
