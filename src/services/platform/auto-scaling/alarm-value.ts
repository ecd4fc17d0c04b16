import type { Context } from "../../../frame/context.ts";
import type { OutputOf } from "../../../wire/operations.ts";

export type MetricAlarm = NonNullable<
  OutputOf<typeof import("@aws-sdk/client-cloudwatch"), "DescribeAlarms">["MetricAlarms"]
>[number];

/** The periods in seconds of the metrics that an alarm computes with, or of the one that it watches. */
export const periodOf = ({ Period, Metrics = [] }: MetricAlarm): number =>
  Period ?? Math.max(...Metrics.map((query) => query.MetricStat?.Period ?? query.Period ?? 0));

/** Whether SetAlarmState gave an alarm its state: an evaluation says when it asked for the metric. */
export const isGivenByHand = ({ StateReasonData }: MetricAlarm): boolean => !StateReasonData?.includes('"queryDate":');

/** Returns what an alarm's metric was in its last periods since a time, taken together; undefined without a point. */
export async function measured(
  alarm: MetricAlarm,
  together: "Average" | "Minimum" | "Maximum",
  since: number,
  context: Context,
): Promise<number | undefined> {
  const period = periodOf(alarm) * 1000;
  // The periods of metric math begin at multiples of their length.
  const step = alarm.Metrics?.length ? period : Math.min(period, 60_000);
  const floor = (time: number) => Math.floor(time / step) * step;
  const end = floor(context.clock.now());
  const span = {
    StartTime: new Date(Math.max(end - alarm.EvaluationPeriods! * period, Math.min(floor(since), end - period))),
    EndTime: new Date(end),
  };
  const values = await (alarm.Metrics?.length ? computed(alarm, span, context) : read(alarm, span, context));
  if (values.length === 0) return undefined;
  if (together === "Minimum") return Math.min(...values);
  if (together === "Maximum") return Math.max(...values);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

interface Span {
  readonly StartTime: Date;
  readonly EndTime: Date;
}

async function read(
  { Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic, Period, Unit }: MetricAlarm,
  span: Span,
  { call }: Context,
): Promise<readonly number[]> {
  const { Datapoints = [] } = await call("cloudwatch", "GetMetricStatistics", {
    ...{ Namespace: Namespace!, MetricName: MetricName!, Dimensions, Period: Period!, Unit, ...span },
    ...(Statistic ? { Statistics: [Statistic] } : { ExtendedStatistics: [ExtendedStatistic!] }),
  });
  return Datapoints.map((point) => (Statistic ? point[Statistic] : point.ExtendedStatistics?.[ExtendedStatistic!])!);
}

async function computed({ Metrics }: MetricAlarm, span: Span, { call }: Context): Promise<readonly number[]> {
  const { MetricDataResults = [] } = await call("cloudwatch", "GetMetricData", {
    ...{ MetricDataQueries: Metrics!, ...span },
  });
  return MetricDataResults[0]?.Values ?? [];
}
