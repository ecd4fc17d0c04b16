import { GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { call } from "../api/command.ts";
import { cloudwatch } from "../services/cloudwatch.ts";
import type { Series } from "./series.ts";

export interface MetricQuery {
  /** The name of its line. */
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
}

/** The last so many minutes, and how long a point is for them. */
export interface Range {
  readonly title: string;
  readonly minutes: number;
  readonly periodSeconds: number;
}

export const ranges: readonly Range[] = [
  { title: "1 hour", minutes: 60, periodSeconds: 60 },
  { title: "3 hours", minutes: 180, periodSeconds: 60 },
  { title: "1 day", minutes: 1440, periodSeconds: 300 },
  { title: "1 week", minutes: 10_080, periodSeconds: 3600 },
  { title: "15 days", minutes: 21_600, periodSeconds: 3600 },
];

/** Points of a line that an answer has at most. */
const mostPoints = 1_500;

/** The periods that fit a range, in seconds. */
export const periodsOf = ({ minutes, periodSeconds }: Range): readonly number[] =>
  [60, 300, 900, 3_600, 86_400].filter(
    (seconds) => seconds >= periodSeconds / 5 && (minutes * 60) / seconds <= mostPoints && seconds <= minutes * 60,
  );

/** Reads the points of several metrics at once. */
export async function readMetrics(
  queries: readonly MetricQuery[],
  { minutes, periodSeconds }: Range,
): Promise<readonly Series[]> {
  const end = new Date();
  const MetricDataQueries = queries.map(({ namespace, metric, dimensions, statistic }, index) => ({
    Id: `m${index}`,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: statistic,
    },
  }));
  const { MetricDataResults = [] } = await call(cloudwatch, GetMetricDataCommand, {
    StartTime: new Date(end.getTime() - minutes * 60_000),
    EndTime: end,
    ScanBy: "TimestampAscending",
    MetricDataQueries,
  });
  return queries.map(({ name }, index) => {
    const { Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === `m${index}`) ?? {};
    return { name, points: Timestamps.map((at, point) => ({ x: at.getTime(), y: Values[point]! })) };
  });
}
