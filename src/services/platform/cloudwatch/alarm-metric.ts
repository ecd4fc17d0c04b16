import { journalOf, type MetricIdentity } from "./metric-points.ts";

interface NamedMetric {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions?: readonly { readonly Name?: string; readonly Value?: string }[] | undefined;
}

/** The metric that an alarm looks at, by itself or as the only query of `Metrics`. */
export interface AlarmMetric extends MetricIdentity {
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly unit?: string;
}

interface WithMetric extends NamedMetric {
  readonly Statistic?: string | undefined;
  readonly ExtendedStatistic?: string | undefined;
  readonly Period?: number | undefined;
  readonly Unit?: string | undefined;
  readonly Metrics?:
    | readonly {
        readonly MetricStat?:
          | {
              readonly Metric?: NamedMetric | undefined;
              readonly Stat?: string | undefined;
              readonly Period?: number | undefined;
              readonly Unit?: string | undefined;
            }
          | undefined;
      }[]
    | undefined;
}

export function alarmMetricOf(wanted: WithMetric): AlarmMetric | undefined {
  const stat = wanted.Metrics?.[0]?.MetricStat;
  const { Namespace, MetricName, Dimensions = [] } = stat?.Metric ?? wanted;
  const statistic = stat ? stat.Stat : (wanted.Statistic ?? wanted.ExtendedStatistic);
  const periodSeconds = (stat ?? wanted).Period;
  if (Namespace === undefined || MetricName === undefined || !statistic || !periodSeconds) return undefined;
  const { Unit: unit } = stat ?? wanted;
  return {
    Namespace,
    MetricName,
    Dimensions: Dimensions.map(({ Name, Value }) => ({ Name: Name!, Value: Value! })),
    statistic,
    periodSeconds,
    ...(unit && { unit }),
  };
}

/** Returns the metric as one text, to find its alarms by. */
export const metricText = ({ Namespace, MetricName, Dimensions = [] }: NamedMetric): string =>
  journalOf(
    { account: "", region: "" },
    { Namespace: Namespace!, MetricName: MetricName!, Dimensions: Dimensions as MetricIdentity["Dimensions"] },
  );
