import {
  CreateCodeRepositoryCommand,
  DeleteCodeRepositoryCommand,
  DescribeCodeRepositoryCommand,
  ListCodeRepositoriesCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { sagemaker } from "../services/sagemaker.ts";

export const codeRepository = defineResource({
  service: sagemaker,
  kind: "sagemaker/code-repository",
  title: "Code repository",
  plural: "Code repositories",
  area: "Workspaces",
  words: "A Git repository that apps and notebooks begin with.",
  name: "CodeRepositoryName",
  arn: "CodeRepositoryArn",
  list: ListCodeRepositoriesCommand,
  filters: [{ member: "NameContains" }],
  columns: ["CodeRepositoryName", { member: "GitConfig.RepositoryUrl", title: "Address" }, "CreationTime"],
  describe: DescribeCodeRepositoryCommand,
  sections: [
    {
      title: "Repository",
      members: ["GitConfig.RepositoryUrl", "GitConfig.Branch", "CreationTime", "LastModifiedTime"],
    },
  ],
  create: CreateCodeRepositoryCommand,
  form: [
    {
      title: "Repository",
      fields: [
        { member: "CodeRepositoryName", isName: true },
        { member: "GitConfig.RepositoryUrl", title: "Address", note: "https://..., of a public repository." },
        "GitConfig.Branch",
      ],
    },
  ],
  delete: DeleteCodeRepositoryCommand,
  deleteWords: "The repository itself and its clones stay.",
});
