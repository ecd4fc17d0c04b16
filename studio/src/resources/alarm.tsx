import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  StateValue,
} from "@aws-sdk/client-cloudwatch";
import { defineResource } from "../declare/define-resource.ts";
import { cloudwatch } from "../services/cloudwatch.ts";

export const alarm = defineResource({
  service: cloudwatch,
  kind: "cloudwatch/alarm",
  title: "Alarm",
  plural: "Alarms",
  area: "Observe",
  words: "A metric that is watched; what is done when it crosses a line.",
  name: "AlarmName",
  arn: "AlarmArn",
  status: "StateValue",
  list: DescribeAlarmsCommand,
  itemsIn: "MetricAlarms",
  listInput: { AlarmTypes: ["MetricAlarm"] },
  filters: [
    { member: "AlarmNamePrefix", title: "Name begins with" },
    { member: "StateValue", title: "State", values: Object.values(StateValue) },
  ],
  columns: ["AlarmName", "StateValue", "MetricName", "Namespace", "StateUpdatedTimestamp"],
  find: (name) => ({ AlarmNames: [name] }),
  sections: [
    { title: "Alarm", members: ["StateReason", "StateUpdatedTimestamp", "AlarmDescription", "ActionsEnabled"] },
    {
      title: "What is watched",
      members: [
        "Namespace",
        "MetricName",
        "Dimensions",
        "Statistic",
        "Period",
        "ComparisonOperator",
        "Threshold",
        "EvaluationPeriods",
        "TreatMissingData",
        "Metrics",
      ],
    },
    { title: "What is done", members: ["AlarmActions", "OKActions", "InsufficientDataActions"] },
  ],
  actions: [
    {
      title: "Enable actions",
      command: EnableAlarmActionsCommand,
      refused: ({ ActionsEnabled }) => (ActionsEnabled ? "They are enabled" : undefined),
    },
    {
      title: "Disable actions",
      command: DisableAlarmActionsCommand,
      refused: ({ ActionsEnabled }) => (ActionsEnabled ? undefined : "They are disabled"),
    },
    {
      title: "Set state",
      command: SetAlarmStateCommand,
      input: (_, name) => ({ AlarmName: name, StateReason: "Set by hand" }),
      form: [{ title: "State", fields: ["StateValue", "StateReason"] }],
    },
  ],
  create: PutMetricAlarmCommand,
  start: () => ({ Statistic: "Average", Period: 60, EvaluationPeriods: 1, ComparisonOperator: "GreaterThanThreshold" }),
  form: [
    { title: "Alarm", fields: ["AlarmName", "AlarmDescription"] },
    {
      title: "What is watched",
      fields: [
        "Namespace",
        "MetricName",
        { member: "Dimensions", fields: ["Name", "Value"], start: {}, entry: "Dimension" },
        "Statistic",
        "Period",
      ],
    },
    {
      title: "When it is an alarm",
      fields: ["ComparisonOperator", "Threshold", "EvaluationPeriods", "TreatMissingData", "AlarmActions"],
    },
  ],
  delete: DeleteAlarmsCommand,
});
