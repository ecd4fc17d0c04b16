import { type MathQueries, periodIn } from "./metric-math.ts";
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
        readonly Id?: string | undefined;
        readonly Expression?: string | undefined;
        readonly ReturnData?: boolean | undefined;
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

/** Returns the metric of an alarm; undefined for one with metric math. */
export function alarmMetricOf(wanted: WithMetric): AlarmMetric | undefined {
  if (isMath(wanted)) return undefined;
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

export const isMath = ({ Metrics = [] }: WithMetric): boolean =>
  Metrics.length > 1 || Metrics.some(({ Expression }) => Expression !== undefined);

/** What an alarm with metric math computes. */
export interface AlarmMath {
  /** The query that the alarm watches. */
  readonly returned: string;
  readonly metrics: readonly (AlarmMetric & { readonly id: string })[];
  readonly queries: MathQueries;
  /** It has none of its own. */
  readonly statistic?: undefined;
  readonly periodSeconds: number;
}

/** Returns what an alarm computes whose queries were checked. @throws MathError for an expression that is none */
export function alarmMathOf({ Metrics = [] }: WithMetric): AlarmMath {
  const metrics = Metrics.flatMap(({ Id, MetricStat }) => {
    const metric = MetricStat && alarmMetricOf({ Metrics: [{ MetricStat }] });
    return metric ? [{ ...metric, id: Id! }] : [];
  });
  const expressions = Metrics.flatMap(({ Id, Expression }) => (Expression === undefined ? [] : [[Id!, Expression]]));
  const returned = Metrics.find(({ ReturnData }) => ReturnData !== false)!.Id!;
  const queries = { metrics: metrics.map(({ id }) => id), expressions: Object.fromEntries(expressions) };
  const periods = new Map(metrics.map(({ id, periodSeconds }) => [id, periodSeconds]));
  return { returned, metrics, queries, periodSeconds: periodIn(returned, queries, (id) => periods.get(id)!) };
}

/** Returns the metric as one text, to find its alarms by. */
export const metricText = ({ Namespace, MetricName, Dimensions = [] }: NamedMetric): string =>
  journalOf(
    { account: "", region: "" },
    { Namespace: Namespace!, MetricName: MetricName!, Dimensions: Dimensions as MetricIdentity["Dimensions"] },
  );
