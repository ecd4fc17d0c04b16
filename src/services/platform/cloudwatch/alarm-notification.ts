import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { publishNotification } from "../../../frame/publish-notification.ts";
import type { StateChangeDetail } from "./alarm-events.ts";
import { type AlarmDocument, alarmKind, isComposite, type MetricAlarm } from "./alarm-kind.ts";
import { alarmMetricOf } from "./alarm-metric.ts";

const longestSubject = 100;

/** Publishes that an alarm has come into a state. Returns why it cannot be; undefined when it is. */
export async function notifyTopic(
  topicArn: string,
  alarm: AlarmDocument,
  change: StateChangeDetail,
  context: Context,
): Promise<string | undefined> {
  const { alarmName, state } = change;
  const subject = `${state.value}: "${alarmName}" in ${context.region}`.replaceAll(/[^ -~]/g, "?");
  try {
    await publishNotification(context, {
      topicArn,
      message: messageOf(alarm, change, context),
      subject: subject.slice(0, longestSubject),
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault) || error.status >= 500) throw error;
    return error.message;
  }
}

/** The document that AWS sends of an alarm. */
function messageOf({ key, wanted, actual }: AlarmDocument, change: StateChangeDetail, { account, region }: Context) {
  const { alarmName, previousState, state } = change;
  const timestamp = state.timestamp;
  return {
    AlarmName: alarmName,
    AlarmDescription: wanted.AlarmDescription ?? null,
    AWSAccountId: account,
    AlarmConfigurationUpdatedTimestamp: new Date(actual.configured).toISOString().replace("Z", "+0000"),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: timestamp,
    Region: region,
    AlarmArn: alarmKind.arn(key),
    OldStateValue: previousState.value,
    OKActions: wanted.OKActions ?? [],
    AlarmActions: wanted.AlarmActions ?? [],
    InsufficientDataActions: wanted.InsufficientDataActions ?? [],
    ...(isComposite(wanted) ? { AlarmRule: wanted.AlarmRule } : { Trigger: triggerOf(wanted) }),
  };
}

function triggerOf(wanted: MetricAlarm): object {
  const compared = {
    EvaluationPeriods: wanted.EvaluationPeriods,
    ...(wanted.DatapointsToAlarm !== undefined && { DatapointsToAlarm: wanted.DatapointsToAlarm }),
    ComparisonOperator: wanted.ComparisonOperator,
    Threshold: wanted.Threshold,
    TreatMissingData: wanted.TreatMissingData ?? "missing",
    EvaluateLowSampleCountPercentile: wanted.EvaluateLowSampleCountPercentile ?? "",
  };
  const metric = alarmMetricOf(wanted);
  if (!metric) return { ...compared, Metrics: wanted.Metrics };
  const { Dimensions, MetricName, Namespace, periodSeconds, statistic, unit } = metric;
  const isExtended = /\d/.test(statistic);
  return {
    ...{ MetricName, Namespace, StatisticType: isExtended ? "ExtendedStatistic" : "Statistic" },
    ...(isExtended ? { ExtendedStatistic: statistic } : { Statistic: statistics[statistic] ?? statistic }),
    Unit: unit ?? null,
    Dimensions: Dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
    ...{ Period: periodSeconds, ...compared },
  };
}

/** Statistics as these messages name them. */
const statistics: Readonly<Record<string, string>> = {
  Average: "AVERAGE",
  Maximum: "MAXIMUM",
  Minimum: "MINIMUM",
  SampleCount: "SAMPLE_COUNT",
  Sum: "SUM",
};
