import { CreateRoleCommand, DeleteRoleCommand, GetRoleCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { defineResource } from "../declare/define-resource.ts";
import { iam } from "../services/iam.ts";

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

export const role = defineResource({
  service: iam,
  kind: "iam/role",
  title: "Role",
  plural: "Roles",
  area: "Access",
  words: "As whom jobs and endpoints act. SageMakerRole comes with the server.",
  name: "RoleName",
  arn: "Arn",
  list: ListRolesCommand,
  columns: ["RoleName", "Description", "Arn", "CreateDate"],
  describe: GetRoleCommand,
  inside: "Role",
  // IAM encodes the policy as an address does.
  read: (item) => ({ ...item, AssumeRolePolicyDocument: decodeURIComponent(String(item.AssumeRolePolicyDocument)) }),
  sections: [
    { title: "Role", members: ["Description", "CreateDate", "MaxSessionDuration", "Path", "Arn"] },
    { title: "Who may act as it", members: ["AssumeRolePolicyDocument"] },
  ],
  create: CreateRoleCommand,
  start: () => ({ AssumeRolePolicyDocument: JSON.stringify(trust, undefined, 2) }),
  form: [
    {
      title: "Role",
      fields: [
        { member: "RoleName", isName: true },
        "Description",
        { member: "AssumeRolePolicyDocument", title: "Who may act as it" },
      ],
    },
  ],
  delete: DeleteRoleCommand,
  deleteWords: "Jobs that act as it are refused from then on.",
});
