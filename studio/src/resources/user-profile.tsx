import {
  CreateUserProfileCommand,
  DeleteUserProfileCommand,
  DescribeUserProfileCommand,
  ListUserProfilesCommand,
  UpdateUserProfileCommand,
} from "@aws-sdk/client-sagemaker";
import { namedIn } from "../catalog/named-in.ts";
import { defineResource } from "../declare/define-resource.ts";
import { sagemaker } from "../services/sagemaker.ts";

const role = {
  member: "UserSettings.ExecutionRole",
  note: "What the user's apps may do. Without one it is the domain's.",
} as const;

export const userProfile = defineResource({
  service: sagemaker,
  kind: "sagemaker/user-profile",
  title: "User",
  plural: "Users",
  area: "Workspaces",
  words: "A person of a domain: a role, settings, and a folder of files.",
  name: "UserProfileName",
  named: namedIn("DomainId", "UserProfileName"),
  arn: "UserProfileArn",
  status: "Status",
  list: ListUserProfilesCommand,
  filters: [{ member: "UserProfileNameContains" }, { member: "DomainIdEquals", title: "Domain" }],
  columns: ["UserProfileName", "Status", "DomainId", "CreationTime", "LastModifiedTime"],
  describe: DescribeUserProfileCommand,
  sections: [
    {
      title: "User",
      members: ["DomainId", "CreationTime", "LastModifiedTime", "HomeEfsFileSystemUid", "FailureReason"],
    },
    { title: "Settings that are not the domain's", members: ["UserSettings"] },
  ],
  actions: [
    {
      title: "Edit",
      command: UpdateUserProfileCommand,
      leaves: true,
      input: ({ DomainId, UserProfileName, UserSettings }) => ({ DomainId, UserProfileName, UserSettings }),
      form: [{ title: "Settings", fields: [role] }],
    },
  ],
  create: CreateUserProfileCommand,
  form: [{ title: "User", fields: ["DomainId", { member: "UserProfileName", isName: true }, role] }],
  delete: DeleteUserProfileCommand,
  deleteWords: "The user's spaces have to be deleted first. The files stay with the domain.",
});
