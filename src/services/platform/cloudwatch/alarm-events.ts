import type { ResourceEvent, ResourceKey } from "../../../stores/resources/port.ts";
import type { AlarmState } from "./alarm-faults.ts";
import { type ActualAlarm, isComposite, type WantedAlarm } from "./alarm-kind.ts";
import { type AlarmMetric, alarmMathOf, alarmMetricOf } from "./alarm-metric.ts";
import { timeText } from "./alarm-words.ts";

/** The events of EventBridge about alarms; an alarm's history is made of them. */
export const stateChangeEvent = "CloudWatch Alarm State Change";
export const configurationEvent = "CloudWatch Alarm Configuration Change";

export interface StateInEvent {
  readonly value: AlarmState;
  readonly reason?: string;
  readonly reasonData?: string;
  readonly timestamp: string;
  readonly actionsSuppressedBy?: string;
  readonly actionsSuppressedReason?: string;
}

export interface StateChangeDetail {
  readonly alarmName: string;
  readonly state: StateInEvent;
  readonly previousState: StateInEvent;
  readonly configuration: object;
}

export interface ConfigurationDetail {
  readonly alarmName: string;
  readonly operation: "create" | "update" | "delete";
  readonly state: StateInEvent;
  readonly configuration: object;
  readonly previousConfiguration?: object;
}

/** An alarm as its events need it. */
interface AlarmOf {
  readonly key: ResourceKey;
  readonly status?: string;
  readonly wanted: WantedAlarm;
  readonly actual: ActualAlarm;
}

const stateOf = ({ status, actual }: AlarmOf): StateInEvent => ({
  value: status as AlarmState,
  reason: actual.reason,
  ...(actual.reasonData !== undefined && { reasonData: actual.reasonData }),
  timestamp: timeText(actual.updated),
  ...(actual.suppressed && {
    actionsSuppressedBy: actual.suppressed.by,
    actionsSuppressedReason: `Actions suppressed by ${actual.suppressed.by}`,
  }),
});

/** Tells that an alarm has come into another state. */
export function stateChanged(before: AlarmOf, after: AlarmOf): ResourceEvent {
  const detail: StateChangeDetail = {
    alarmName: after.wanted.AlarmName!,
    state: stateOf(after),
    previousState: stateOf(before),
    configuration: watchedBy(after),
  };
  return { type: stateChangeEvent, key: after.key, detail };
}

/** Tells that an alarm was made, put again or deleted. `previous`: what it was before it was put again. */
export function configured(
  alarm: AlarmOf,
  operation: ConfigurationDetail["operation"],
  previous?: AlarmOf,
): ResourceEvent {
  const detail: ConfigurationDetail = {
    alarmName: alarm.wanted.AlarmName!,
    operation,
    state: stateOf(alarm),
    configuration: configurationOf(alarm),
    ...(previous && { previousConfiguration: configurationOf(previous) }),
  };
  return { type: configurationEvent, key: alarm.key, detail };
}

/** What the alarm looks at. */
function watchedBy({ key, wanted }: AlarmOf): object {
  const described = wanted.AlarmDescription === undefined ? {} : { description: wanted.AlarmDescription };
  if (isComposite(wanted))
    return {
      ...described,
      alarmRule: wanted.AlarmRule,
      ...(wanted.ActionsSuppressor !== undefined && {
        actionsSuppressor: wanted.ActionsSuppressor,
        actionsSuppressorWaitPeriod: wanted.ActionsSuppressorWaitPeriod,
        actionsSuppressorExtensionPeriod: wanted.ActionsSuppressorExtensionPeriod,
      }),
    };
  const metric = alarmMetricOf(wanted);
  if (metric) {
    const id = wanted.Metrics?.[0]?.Id ?? key.name.replaceAll(/\W/g, "").toLowerCase().slice(0, 32);
    return { ...described, metrics: [{ id, metricStat: statOf(metric), returnData: true }] };
  }
  const { metrics } = alarmMathOf(wanted);
  return {
    ...described,
    metrics: wanted.Metrics!.map(({ Id, Expression, Label, ReturnData = true }) => ({
      id: Id,
      ...(Expression === undefined
        ? { metricStat: statOf(metrics.find(({ id }) => id === Id)!) }
        : { expression: Expression }),
      ...(Label !== undefined && { label: Label }),
      returnData: ReturnData,
    })),
  };
}

function statOf({ Namespace, MetricName, Dimensions, statistic, periodSeconds, unit }: AlarmMetric): object {
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  return {
    metric: { namespace: Namespace, name: MetricName, dimensions },
    period: periodSeconds,
    stat: statistic,
    ...(unit && { unit }),
  };
}

function configurationOf(alarm: AlarmOf): object {
  const { wanted, actual } = alarm;
  const compared = isComposite(wanted)
    ? {}
    : {
        evaluationPeriods: wanted.EvaluationPeriods,
        datapointsToAlarm: wanted.DatapointsToAlarm,
        threshold: wanted.Threshold,
        comparisonOperator: wanted.ComparisonOperator,
        treatMissingData: wanted.TreatMissingData,
      };
  return {
    ...compared,
    ...watchedBy(alarm),
    alarmName: wanted.AlarmName,
    actionsEnabled: wanted.ActionsEnabled,
    timestamp: timeText(actual.configured),
    okActions: wanted.OKActions ?? [],
    alarmActions: wanted.AlarmActions ?? [],
    insufficientDataActions: wanted.InsufficientDataActions ?? [],
  };
}
