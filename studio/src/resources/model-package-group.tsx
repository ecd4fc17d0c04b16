import {
  CreateModelPackageGroupCommand,
  DeleteModelPackageGroupCommand,
  DescribeModelPackageGroupCommand,
  ListModelPackageGroupsCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { sagemaker } from "../services/sagemaker.ts";

const versionsOf = (name: string) => `/model-package?ModelPackageGroupName=${encodeURIComponent(name)}`;

export const modelPackageGroup = defineResource({
  service: sagemaker,
  kind: "sagemaker/model-package-group",
  title: "Model group",
  plural: "Model groups",
  area: "Registry",
  words: "The versions of one model, each approved before it is deployed.",
  name: "ModelPackageGroupName",
  arn: "ModelPackageGroupArn",
  status: "ModelPackageGroupStatus",
  list: ListModelPackageGroupsCommand,
  filters: [{ member: "NameContains" }],
  columns: ["ModelPackageGroupName", "ModelPackageGroupStatus", "ModelPackageGroupDescription", "CreationTime"],
  describe: DescribeModelPackageGroupCommand,
  sections: [
    {
      title: "Group",
      members: ["CreationTime", "CreatedBy", "ModelPackageGroupDescription", "ModelPackageGroupArn"],
    },
  ],
  actions: [
    { title: "Versions", to: (_, name) => versionsOf(name) },
    {
      title: "Add a version",
      to: (_, name) => `/model-package/create?ModelPackageGroupName=${encodeURIComponent(name)}`,
    },
  ],
  create: CreateModelPackageGroupCommand,
  form: [
    {
      title: "Group",
      fields: [{ member: "ModelPackageGroupName", isName: true }, "ModelPackageGroupDescription"],
    },
  ],
  delete: DeleteModelPackageGroupCommand,
  deleteWords: "A group that has versions is refused: delete those first.",
});
