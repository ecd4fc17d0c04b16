import {
  DeleteScheduledActionCommand,
  DescribeScheduledActionsCommand,
  PutScheduledActionCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { defineResource } from "../declare/define-resource.ts";
import { applicationAutoscaling } from "../services/application-autoscaling.ts";
import { shortName } from "../values/short-name.ts";
import { ofSageMaker, targetFields, targetOf, targetStart } from "./scaled.ts";

export const scheduledAction = defineResource({
  service: applicationAutoscaling,
  kind: "application-autoscaling/scheduled-action",
  title: "Scheduled action",
  plural: "Scheduled actions",
  area: "Inference",
  words: "Changes the limits of a scalable target at a time.",
  // Targets may have actions of the same name.
  name: "ScheduledActionARN",
  list: DescribeScheduledActionsCommand,
  listInput: ofSageMaker,
  pageSize: 50,
  columns: ["ScheduledActionARN", "Schedule", "ResourceId", "CreationTime"],
  find: (arn) => ({ ...ofSageMaker, ScheduledActionNames: [shortName(arn)] }),
  sections: [
    {
      title: "Action",
      members: ["Schedule", "Timezone", "StartTime", "EndTime", "ScalableTargetAction", "ResourceId", "CreationTime"],
    },
  ],
  create: PutScheduledActionCommand,
  replaced: (item) => ({ ...targetOf(item), ScheduledActionNames: [item.ScheduledActionName as string] }),
  start: targetStart,
  form: [
    {
      title: "Action",
      fields: [
        { member: "ScheduledActionName", isName: true },
        { member: "Schedule", required: true, note: "at(2030-01-31T08:00:00), rate(1 hour) or cron(0 8 * * ? *)" },
        "Timezone",
        "ScalableTargetAction.MinCapacity",
        "ScalableTargetAction.MaxCapacity",
      ],
    },
    { title: "Target", fields: targetFields },
  ],
  delete: DeleteScheduledActionCommand,
  deleteInput: (item) => ({ ...targetOf(item), ScheduledActionName: item.ScheduledActionName }),
});
