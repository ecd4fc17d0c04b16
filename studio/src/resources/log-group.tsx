import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { defineResource } from "../declare/define-resource.ts";
import { logPanel } from "../panels/logs.tsx";
import { logs } from "../services/logs.ts";

export const logGroup = defineResource({
  service: logs,
  kind: "logs/log-group",
  title: "Log group",
  plural: "Logs",
  area: "Observe",
  words: "Everything that jobs, endpoints and programs write, line by line.",
  name: "logGroupName",
  list: DescribeLogGroupsCommand,
  pageSize: 50,
  filters: [{ member: "logGroupNamePattern", title: "Name contains" }],
  columns: [
    "logGroupName",
    "creationTime",
    { member: "storedBytes", title: "Size" },
    { member: "retentionInDays", title: "Kept for days" },
  ],
  find: (name) => ({ logGroupNamePrefix: name }),
  sections: [{ title: "Log group", members: ["creationTime", "storedBytes", "retentionInDays", "arn"] }],
  panels: [
    logPanel(
      (_, name) => name,
      () => "",
    ),
  ],
  actions: [
    {
      title: "Change retention",
      command: PutRetentionPolicyCommand,
      input: (item, name) => ({ logGroupName: name, retentionInDays: item.retentionInDays }),
      form: [
        {
          title: "Retention",
          fields: [{ member: "retentionInDays", title: "Days", note: "Older lines are deleted." }],
        },
      ],
    },
  ],
  create: CreateLogGroupCommand,
  form: [{ title: "Log group", fields: ["logGroupName"] }],
  delete: DeleteLogGroupCommand,
  deleteWords: "All its lines are deleted.",
});
