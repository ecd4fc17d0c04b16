import { DescribeAlarmHistoryCommand } from "@aws-sdk/client-cloudwatch";
import { call } from "../api/command.ts";
import type { PanelProps } from "../declare/define-resource.ts";
import { cloudwatch } from "../services/cloudwatch.ts";
import { RecordTable } from "./record-table.tsx";

export default function AlarmHistoryBody({ resource, name }: PanelProps) {
  return (
    <RecordTable
      title="History"
      kind={resource.kind}
      name={name}
      columns={[
        ["Timestamp", "Time"],
        ["HistoryItemType", "What"],
        ["HistorySummary", "In words"],
      ]}
      read={async (NextToken) => {
        const page = await call(cloudwatch, DescribeAlarmHistoryCommand, {
          AlarmName: name,
          AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
          NextToken,
        });
        return { rows: page.AlarmHistoryItems ?? [], next: page.NextToken };
      }}
      empty="Nothing has happened to the alarm yet."
    />
  );
}
