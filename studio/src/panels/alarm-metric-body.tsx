import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { MetricCharts } from "../charts/metric-charts.tsx";
import type { MetricQuery } from "../charts/read-metrics.ts";
import type { PanelProps } from "../declare/define-resource.ts";

/** The metrics of an alarm. Those from which an expression is computed are a line each. */
function queriesOf(alarm: MetricAlarm): readonly MetricQuery[] {
  const stats = alarm.Metrics?.length
    ? alarm.Metrics.flatMap(({ MetricStat }) => MetricStat ?? [])
    : [{ Metric: alarm, Stat: alarm.Statistic ?? alarm.ExtendedStatistic, Period: alarm.Period }];
  return stats.map(({ Metric, Stat }) => ({
    name: `${Stat} of ${Metric!.MetricName}`,
    namespace: Metric!.Namespace!,
    metric: Metric!.MetricName!,
    dimensions: Object.fromEntries((Metric!.Dimensions ?? []).map(({ Name, Value }) => [Name!, Value!])),
    statistic: Stat!,
  }));
}

export default function AlarmMetricBody({ item }: PanelProps) {
  const alarm = item as unknown as MetricAlarm;
  const queries = queriesOf(alarm);
  // A line of an expression is crossed by what is computed, which none of these is.
  const isComputed = alarm.Metrics?.some(({ Expression }) => Expression !== undefined) ?? false;
  return (
    <MetricCharts
      charts={[
        {
          title: queries.map(({ metric }) => metric).join(", "),
          unit: alarm.Unit,
          queries,
          threshold: isComputed ? undefined : alarm.Threshold,
        },
      ]}
      periodSeconds={alarm.Period ?? alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period}
      empty="The metric has no values in this time."
    />
  );
}
