import { DescribeScalingActivitiesCommand } from "@aws-sdk/client-application-auto-scaling";
import { call } from "../api/command.ts";
import type { PanelProps } from "../declare/define-resource.ts";
import { applicationAutoscaling } from "../services/application-autoscaling.ts";
import { RecordTable } from "./record-table.tsx";

export default function ActivitiesBody({ resource, item, name }: PanelProps) {
  const { ServiceNamespace, ResourceId, ScalableDimension } = item;
  return (
    <RecordTable
      title="Activities"
      kind={resource.kind}
      name={`${name} ${ScalableDimension}`}
      columns={[
        ["StartTime", "Start"],
        ["EndTime", "End"],
        ["StatusCode", "Status"],
        ["Description", "What"],
        ["Cause", "Why"],
      ]}
      read={async (NextToken) => {
        const input = { ServiceNamespace, ResourceId, ScalableDimension, NextToken };
        const page = await call(applicationAutoscaling, DescribeScalingActivitiesCommand, input as never);
        return { rows: page.ScalingActivities ?? [], next: page.NextToken };
      }}
      empty="It has not been scaled yet. A policy or a scheduled action does it, and so does a change of its limits."
    />
  );
}
