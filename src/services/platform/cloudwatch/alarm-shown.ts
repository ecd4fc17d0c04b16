import type { OutputOf } from "../../../wire/operations.ts";
import type { AlarmState } from "./alarm-faults.ts";
import { type AlarmDocument, alarmKind, type CompositeAlarm, type MetricAlarm } from "./alarm-kind.ts";

type Described = OutputOf<typeof import("@aws-sdk/client-cloudwatch"), "DescribeAlarms">;
type ShownMetricAlarm = NonNullable<Described["MetricAlarms"]>[number];
type ShownCompositeAlarm = NonNullable<Described["CompositeAlarms"]>[number];

/** What all alarms show. */
const shownAlarm = ({ key, status, wanted, actual }: AlarmDocument) => ({
  AlarmName: wanted.AlarmName,
  AlarmArn: alarmKind.arn(key),
  AlarmDescription: wanted.AlarmDescription,
  AlarmConfigurationUpdatedTimestamp: new Date(actual.configured),
  ActionsEnabled: wanted.ActionsEnabled,
  OKActions: wanted.OKActions ?? [],
  AlarmActions: wanted.AlarmActions ?? [],
  InsufficientDataActions: wanted.InsufficientDataActions ?? [],
  StateValue: status as AlarmState,
  StateReason: actual.reason,
  StateReasonData: actual.reasonData,
  StateUpdatedTimestamp: new Date(actual.updated),
  StateTransitionedTimestamp: new Date(actual.transitioned),
});

export function shownMetricAlarm(document: AlarmDocument): ShownMetricAlarm {
  const wanted = document.wanted as MetricAlarm;
  return {
    ...shownAlarm(document),
    MetricName: wanted.MetricName,
    Namespace: wanted.Namespace,
    Statistic: wanted.Statistic,
    ExtendedStatistic: wanted.ExtendedStatistic,
    Dimensions: wanted.Metrics?.length ? [] : (wanted.Dimensions ?? []),
    Period: wanted.Period,
    Unit: wanted.Unit,
    EvaluationPeriods: wanted.EvaluationPeriods,
    DatapointsToAlarm: wanted.DatapointsToAlarm,
    Threshold: wanted.Threshold,
    ComparisonOperator: wanted.ComparisonOperator,
    TreatMissingData: wanted.TreatMissingData,
    EvaluateLowSampleCountPercentile: wanted.EvaluateLowSampleCountPercentile,
    Metrics: wanted.Metrics,
  };
}

export function shownCompositeAlarm(document: AlarmDocument): ShownCompositeAlarm {
  const wanted = document.wanted as CompositeAlarm;
  const { suppressed } = document.actual;
  return {
    ...shownAlarm(document),
    AlarmRule: wanted.AlarmRule,
    ActionsSuppressor: wanted.ActionsSuppressor,
    ActionsSuppressorWaitPeriod: wanted.ActionsSuppressorWaitPeriod,
    ActionsSuppressorExtensionPeriod: wanted.ActionsSuppressorExtensionPeriod,
    ActionsSuppressedBy: suppressed?.by,
    ActionsSuppressedReason: suppressed && `Actions suppressed by ${suppressed.by}`,
  };
}
