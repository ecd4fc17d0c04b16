import {
  DeleteScheduledActionCommand,
  DescribeScheduledActionsCommand,
  PutScheduledActionCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { defineResource } from "../declare/define-resource.ts";
import { applicationAutoscaling } from "../services/application-autoscaling.ts";

export const scheduledAction = defineResource({
  service: applicationAutoscaling,
  kind: "application-autoscaling/scheduled-action",
  title: "Scheduled scaling",
  plural: "Scheduled scalings",
  area: "Inference",
  words: "New limits of a scalable target at certain times.",
  name: "ScheduledActionName",
  list: DescribeScheduledActionsCommand,
  listInput: { ServiceNamespace: "sagemaker" },
  pageSize: 50,
  columns: ["ScheduledActionName", "Schedule", "Timezone", "ResourceId"],
  find: (name) => ({ ScheduledActionNames: [name] }),
  sections: [
    {
      title: "Scheduled scaling",
      members: [
        "Schedule",
        "Timezone",
        "ResourceId",
        "ScalableTargetAction.MinCapacity",
        "ScalableTargetAction.MaxCapacity",
        "StartTime",
        "EndTime",
      ],
    },
  ],
  create: PutScheduledActionCommand,
  start: () => ({ ServiceNamespace: "sagemaker", ScalableDimension: "sagemaker:variant:DesiredInstanceCount" }),
  form: [
    {
      title: "Scheduled scaling",
      fields: [
        "ScheduledActionName",
        { member: "ResourceId", note: "endpoint/NAME/variant/VARIANT" },
        { member: "Schedule", note: "at(2026-12-01T08:00:00), rate(1 hour) or cron(0 8 * * ? *)" },
        "Timezone",
        "ScalableTargetAction.MinCapacity",
        "ScalableTargetAction.MaxCapacity",
        "ServiceNamespace",
        "ScalableDimension",
      ],
    },
  ],
  delete: DeleteScheduledActionCommand,
  deleteInput: ({ ScheduledActionName, ResourceId, ScalableDimension, ServiceNamespace }) => ({
    ScheduledActionName,
    ResourceId,
    ScalableDimension,
    ServiceNamespace,
  }),
});
