import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { defineResource } from "../declare/define-resource.ts";
import { logs } from "../services/logs.ts";

export const logGroup = defineResource({
  service: logs,
  kind: "logs/log-group",
  title: "Log group",
  plural: "Log groups",
  area: "Observe",
  words: "Where log streams are kept, and for how long.",
  name: "logGroupName",
  list: DescribeLogGroupsCommand,
  filters: [{ member: "logGroupNamePrefix", title: "Name begins with" }],
  pageSize: 50,
  columns: ["logGroupName", { member: "storedBytes", title: "Size" }, "retentionInDays", "creationTime"],
  find: (name) => ({ logGroupNamePrefix: name }),
  sections: [{ title: "Group", members: ["creationTime", "storedBytes", "retentionInDays", "logGroupArn"] }],
  actions: [
    { title: "Read its logs", to: (_, name) => `/logs?group=${encodeURIComponent(name)}` },
    {
      title: "Set retention",
      command: PutRetentionPolicyCommand,
      input: (item, name) => ({ logGroupName: name, retentionInDays: item.retentionInDays ?? 30 }),
      form: [{ title: "Retention", fields: [{ member: "retentionInDays", note: "Older events expire." }] }],
    },
    {
      title: "Keep for ever",
      command: DeleteRetentionPolicyCommand,
      refused: ({ retentionInDays }) => (retentionInDays === undefined ? "Nothing in it expires" : undefined),
    },
  ],
  create: CreateLogGroupCommand,
  form: [{ title: "Group", fields: [{ member: "logGroupName", isName: true }] }],
  delete: DeleteLogGroupCommand,
  deleteWords: "Its streams and all that is in them go with it.",
});
