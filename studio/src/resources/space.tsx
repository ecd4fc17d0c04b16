import {
  CreateSpaceCommand,
  DeleteSpaceCommand,
  DescribeSpaceCommand,
  ListSpacesCommand,
  UpdateSpaceCommand,
} from "@aws-sdk/client-sagemaker";
import { namedIn } from "../catalog/named-in.ts";
import { defineResource } from "../declare/define-resource.ts";
import { sagemaker } from "../services/sagemaker.ts";

const size = {
  member: "SpaceSettings.SpaceStorageSettings.EbsStorageSettings.EbsVolumeSizeInGb",
  title: "Size of its files, GB",
  note: "It can grow later.",
} as const;

export const space = defineResource({
  service: sagemaker,
  kind: "sagemaker/space",
  title: "Space",
  plural: "Spaces",
  area: "Workspaces",
  words: "A place in which apps run: one user's own, or shared by the domain, with a folder of files.",
  name: "SpaceName",
  named: namedIn("DomainId", "SpaceName"),
  arn: "SpaceArn",
  status: "Status",
  list: ListSpacesCommand,
  filters: [{ member: "SpaceNameContains" }, { member: "DomainIdEquals", title: "Domain" }],
  columns: [
    "SpaceName",
    "Status",
    "SpaceDisplayName",
    { member: "OwnershipSettingsSummary.OwnerUserProfileName", title: "Owner" },
    { member: "SpaceSharingSettingsSummary.SharingType", title: "Sharing" },
    "DomainId",
    "CreationTime",
  ],
  describe: DescribeSpaceCommand,
  sections: [
    {
      title: "Space",
      members: [
        "SpaceDisplayName",
        "DomainId",
        "OwnershipSettings",
        "SpaceSharingSettings",
        "CreationTime",
        "LastModifiedTime",
        "FailureReason",
      ],
    },
    { title: "Settings", members: ["SpaceSettings"] },
  ],
  actions: [
    {
      title: "Edit",
      command: UpdateSpaceCommand,
      leaves: true,
      input: ({ DomainId, SpaceName, SpaceDisplayName, SpaceSettings }) => ({
        ...{ DomainId, SpaceName, SpaceDisplayName, SpaceSettings },
      }),
      form: [{ title: "Space", fields: ["SpaceDisplayName", size] }],
    },
  ],
  create: CreateSpaceCommand,
  form: [
    { title: "Space", fields: ["DomainId", { member: "SpaceName", isName: true }, "SpaceDisplayName"] },
    {
      title: "Who works in it",
      fields: [
        { member: "OwnershipSettings.OwnerUserProfileName", title: "Owner", note: "Given together with the sharing." },
        { member: "SpaceSharingSettings.SharingType", title: "Sharing" },
      ],
    },
    { title: "Settings", fields: ["SpaceSettings.AppType", size] },
  ],
  delete: DeleteSpaceCommand,
  deleteWords: "Its apps have to be deleted first. The files stay with the domain.",
});
