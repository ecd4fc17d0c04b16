import {
  type CompositeAlarm,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutCompositeAlarmCommand,
  StateValue,
} from "@aws-sdk/client-cloudwatch";
import { defineResource } from "../declare/define-resource.ts";
import { alarmHistory } from "../panels/alarm-history.tsx";
import { cloudwatch } from "../services/cloudwatch.ts";

type List = typeof DescribeAlarmsCommand;

export const compositeAlarm = defineResource<List, List, typeof PutCompositeAlarmCommand, CompositeAlarm>({
  service: cloudwatch,
  kind: "cloudwatch/alarm",
  title: "Composite alarm",
  plural: "Composite alarms",
  area: "Observe",
  words: "An alarm over other alarms, by a rule such as ALARM(one) AND ALARM(two).",
  name: "AlarmName",
  arn: "AlarmArn",
  status: "StateValue",
  list: DescribeAlarmsCommand,
  listInput: { AlarmTypes: ["CompositeAlarm"] },
  itemsIn: "CompositeAlarms",
  filters: [
    { member: "AlarmNamePrefix", title: "Name begins with" },
    { member: "StateValue", title: "State", values: Object.values(StateValue) },
  ],
  columns: ["AlarmName", "StateValue", "AlarmRule", "StateUpdatedTimestamp"],
  find: (name) => ({ AlarmNames: [name] }),
  sections: [
    { title: "State", members: ["StateReason", "StateUpdatedTimestamp", "AlarmDescription", "ActionsEnabled"] },
    { title: "Rule", members: ["AlarmRule", "ActionsSuppressor"] },
    { title: "Actions", members: ["AlarmActions", "OKActions", "InsufficientDataActions"] },
  ],
  panels: [alarmHistory],
  create: PutCompositeAlarmCommand,
  replaced: ({ AlarmName }) => ({ AlarmNames: [AlarmName as string] }),
  form: [
    {
      title: "Alarm",
      fields: [
        { member: "AlarmName", isName: true },
        { member: "AlarmRule", note: "ALARM(name), OK(name), INSUFFICIENT_DATA(name), with AND, OR and NOT." },
        "AlarmDescription",
      ],
    },
  ],
  delete: DeleteAlarmsCommand,
});
