import { CreateRoleCommand, DeleteRoleCommand, GetRoleCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { defineResource } from "../declare/define-resource.ts";
import { iam } from "../services/iam.ts";

/** Lets SageMaker act as the role. */
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
  words: "As whom jobs and endpoints act: a role reads their data and writes their results.",
  name: "RoleName",
  arn: "Arn",
  list: ListRolesCommand,
  filters: [{ member: "PathPrefix", title: "Path begins with" }],
  columns: ["RoleName", "Path", "CreateDate"],
  describe: GetRoleCommand,
  inside: "Role",
  sections: [
    { title: "Role", members: ["Arn", "RoleId", "CreateDate", "Description", "MaxSessionDuration"] },
    { title: "Who may act as it", members: ["AssumeRolePolicyDocument"] },
  ],
  create: CreateRoleCommand,
  start: () => ({ AssumeRolePolicyDocument: JSON.stringify(trust, undefined, 2) }),
  form: [
    {
      title: "Role",
      fields: ["RoleName", "Description", { member: "AssumeRolePolicyDocument", title: "Who may act as it" }],
    },
  ],
  delete: DeleteRoleCommand,
});
