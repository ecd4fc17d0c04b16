import {
  CreateImageCommand,
  CreateImageVersionCommand,
  DeleteImageCommand,
  DescribeImageCommand,
  ListImagesCommand,
  UpdateImageCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { imageVersions } from "../panels/image-versions.tsx";
import { sagemaker } from "../services/sagemaker.ts";

export const image = defineResource({
  service: sagemaker,
  kind: "sagemaker/image",
  title: "Image",
  plural: "Images",
  area: "Workspaces",
  words: "What apps may run, in versions, each of which names the image of a registry.",
  name: "ImageName",
  arn: "ImageArn",
  status: "ImageStatus",
  list: ListImagesCommand,
  filters: [{ member: "NameContains" }],
  columns: ["ImageName", "ImageStatus", "DisplayName", "Description", "CreationTime"],
  describe: DescribeImageCommand,
  sections: [
    {
      title: "Image",
      members: ["DisplayName", "Description", "RoleArn", "CreationTime", "LastModifiedTime", "FailureReason"],
    },
  ],
  panels: [imageVersions],
  actions: [
    {
      title: "Add a version",
      command: CreateImageVersionCommand,
      leaves: true,
      input: (_, ImageName) => ({ ImageName }),
      form: [{ title: "Version", fields: ["BaseImage", "Aliases", "ReleaseNotes"] }],
    },
    {
      title: "Edit",
      command: UpdateImageCommand,
      leaves: true,
      input: ({ ImageName, DisplayName, Description, RoleArn }) => ({ ImageName, DisplayName, Description, RoleArn }),
      form: [{ title: "Image", fields: ["DisplayName", "Description", "RoleArn"] }],
    },
  ],
  create: CreateImageCommand,
  form: [{ title: "Image", fields: [{ member: "ImageName", isName: true }, "DisplayName", "Description", "RoleArn"] }],
  delete: DeleteImageCommand,
  deleteWords: "Its versions go with it.",
});
