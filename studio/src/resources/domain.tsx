import {
  CreateDomainCommand,
  DeleteDomainCommand,
  DescribeDomainCommand,
  ListDomainsCommand,
  RetentionType,
  UpdateDomainCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { sagemaker } from "../services/sagemaker.ts";

const inDomain = (path: string, name: string) => `/${path}?DomainIdEquals=${encodeURIComponent(name)}`;

export const domain = defineResource({
  service: sagemaker,
  kind: "sagemaker/domain",
  title: "Domain",
  plural: "Domains",
  area: "Workspaces",
  words: "A team: its users, the spaces they work in, and the files of both.",
  name: "DomainId",
  label: ({ DomainName }) => String(DomainName),
  arn: "DomainArn",
  status: "Status",
  list: ListDomainsCommand,
  columns: ["DomainId", "Status", "CreationTime", "LastModifiedTime"],
  describe: DescribeDomainCommand,
  sections: [
    {
      title: "Domain",
      members: ["DomainName", "AuthMode", "CreationTime", "LastModifiedTime", "HomeEfsFileSystemId", "FailureReason"],
    },
    { title: "What users start with", members: ["DefaultUserSettings"] },
    { title: "What shared spaces start with", members: ["DefaultSpaceSettings"] },
  ],
  actions: [
    { title: "Users", to: (_, name) => inDomain("user-profile", name) },
    { title: "Spaces", to: (_, name) => inDomain("space", name) },
    { title: "Add a user", to: (_, name) => `/user-profile/create?DomainId=${encodeURIComponent(name)}` },
    {
      title: "Edit",
      command: UpdateDomainCommand,
      leaves: true,
      input: ({ DefaultUserSettings, DefaultSpaceSettings }, DomainId) => ({
        ...{ DomainId, DefaultUserSettings, DefaultSpaceSettings },
      }),
      form: [{ title: "What users start with", fields: ["DefaultUserSettings.ExecutionRole"] }],
    },
    {
      title: "Delete with its files",
      command: DeleteDomainCommand,
      removes: true,
      input: (_, DomainId) => ({ DomainId, RetentionPolicy: { HomeEfsFileSystem: RetentionType.Delete } }),
      confirm: "The files of all of its users and spaces are removed.",
    },
  ],
  create: CreateDomainCommand,
  start: () => ({ AuthMode: "IAM" }),
  form: [
    { title: "Domain", fields: [{ member: "DomainName", isName: true }, "AuthMode"] },
    {
      title: "What users start with",
      fields: [
        {
          member: "DefaultUserSettings.ExecutionRole",
          required: true,
          note: "What apps may do, where a user has no role.",
        },
      ],
    },
  ],
  delete: DeleteDomainCommand,
  deleteWords: "Its users, spaces and apps have to be deleted first. The files stay.",
});
