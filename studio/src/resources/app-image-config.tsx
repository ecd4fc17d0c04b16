import {
  CreateAppImageConfigCommand,
  DeleteAppImageConfigCommand,
  DescribeAppImageConfigCommand,
  ListAppImageConfigsCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { sagemaker } from "../services/sagemaker.ts";

export const appImageConfig = defineResource({
  service: sagemaker,
  kind: "sagemaker/app-image-config",
  title: "App image configuration",
  plural: "App image configurations",
  area: "Workspaces",
  words: "How an image runs as an app: its kernels, its command, its variables.",
  name: "AppImageConfigName",
  arn: "AppImageConfigArn",
  list: ListAppImageConfigsCommand,
  filters: [{ member: "NameContains" }],
  columns: ["AppImageConfigName", "CreationTime", "LastModifiedTime"],
  describe: DescribeAppImageConfigCommand,
  sections: [
    {
      title: "Configuration",
      members: [
        "CreationTime",
        "LastModifiedTime",
        "JupyterLabAppImageConfig",
        "CodeEditorAppImageConfig",
        "KernelGatewayImageConfig",
      ],
    },
  ],
  create: CreateAppImageConfigCommand,
  form: [
    {
      title: "Configuration",
      fields: [
        { member: "AppImageConfigName", isName: true },
        "JupyterLabAppImageConfig.ContainerConfig.ContainerArguments",
        "JupyterLabAppImageConfig.ContainerConfig.ContainerEntrypoint",
        "JupyterLabAppImageConfig.ContainerConfig.ContainerEnvironmentVariables",
      ],
    },
  ],
  delete: DeleteAppImageConfigCommand,
});
