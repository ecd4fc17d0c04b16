import {
  ComparisonOperator,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  StateValue,
} from "@aws-sdk/client-cloudwatch";
import { defineResource } from "../declare/define-resource.ts";
import { alarmHistory } from "../panels/alarm-history.tsx";
import { alarmMetric } from "../panels/alarm-metric.tsx";
import { cloudwatch } from "../services/cloudwatch.ts";

type List = typeof DescribeAlarmsCommand;

export const alarm = defineResource<List, List, typeof PutMetricAlarmCommand, MetricAlarm>({
  service: cloudwatch,
  kind: "cloudwatch/alarm",
  title: "Alarm",
  plural: "Alarms",
  area: "Observe",
  words: "Watches a metric and says when it crosses a line. Scaling policies make some for themselves.",
  name: "AlarmName",
  arn: "AlarmArn",
  status: "StateValue",
  list: DescribeAlarmsCommand,
  listInput: { AlarmTypes: ["MetricAlarm"] },
  itemsIn: "MetricAlarms",
  filters: [
    { member: "AlarmNamePrefix", title: "Name begins with" },
    { member: "StateValue", title: "State", values: Object.values(StateValue) },
  ],
  columns: ["AlarmName", "StateValue", "MetricName", "Threshold", "StateUpdatedTimestamp"],
  find: (name) => ({ AlarmNames: [name] }),
  sections: [
    { title: "State", members: ["StateReason", "StateUpdatedTimestamp", "AlarmDescription", "ActionsEnabled"] },
    { title: "Metric", members: ["Namespace", "MetricName", "Dimensions", "Statistic", "Period", "Metrics"] },
    {
      title: "Condition",
      members: ["ComparisonOperator", "Threshold", "EvaluationPeriods", "DatapointsToAlarm", "TreatMissingData"],
    },
    { title: "Actions", members: ["AlarmActions", "OKActions", "InsufficientDataActions"] },
  ],
  panels: [alarmMetric, alarmHistory],
  actions: [
    {
      title: "Disable actions",
      command: DisableAlarmActionsCommand,
      refused: ({ ActionsEnabled }) => (ActionsEnabled ? undefined : "They are disabled"),
    },
    {
      title: "Enable actions",
      command: EnableAlarmActionsCommand,
      refused: ({ ActionsEnabled }) => (ActionsEnabled ? "They are enabled" : undefined),
    },
    {
      title: "Set state",
      command: SetAlarmStateCommand,
      input: ({ StateValue }, name) => ({ AlarmName: name, StateValue, StateReason: "Set by hand" }),
      form: [{ title: "State", fields: ["StateValue", "StateReason"] }],
    },
  ],
  create: PutMetricAlarmCommand,
  replaced: ({ AlarmName }) => ({ AlarmNames: [AlarmName as string] }),
  start: () => ({
    Statistic: "Average",
    Period: 60,
    EvaluationPeriods: 1,
    ComparisonOperator: ComparisonOperator.GreaterThanThreshold,
  }),
  form: [
    { title: "Alarm", fields: [{ member: "AlarmName", isName: true }, "AlarmDescription"] },
    {
      title: "Metric",
      fields: [
        { member: "Namespace", required: true, note: "AWS/SageMaker, or one of your own." },
        { member: "MetricName", required: true },
        { member: "Dimensions", entry: "Dimension", fields: ["Name", "Value"] },
        "Statistic",
        { member: "Period", note: "In seconds." },
      ],
    },
    {
      title: "Condition",
      fields: [
        "ComparisonOperator",
        { member: "Threshold", required: true },
        "EvaluationPeriods",
        { member: "TreatMissingData", values: ["missing", "ignore", "breaching", "notBreaching"] },
      ],
    },
  ],
  delete: DeleteAlarmsCommand,
});
