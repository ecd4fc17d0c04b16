import {
  CreateStudioLifecycleConfigCommand,
  DeleteStudioLifecycleConfigCommand,
  DescribeStudioLifecycleConfigCommand,
  ListStudioLifecycleConfigsCommand,
  StudioLifecycleConfigAppType,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { script } from "../panels/script.tsx";
import { sagemaker } from "../services/sagemaker.ts";
import { ScriptField } from "../workspaces/script-field.tsx";

export const studioLifecycleConfig = defineResource({
  service: sagemaker,
  kind: "sagemaker/studio-lifecycle-config",
  title: "Start script of apps",
  plural: "Start scripts of apps",
  area: "Workspaces",
  words: "A shell script that runs whenever an app starts.",
  name: "StudioLifecycleConfigName",
  arn: "StudioLifecycleConfigArn",
  list: ListStudioLifecycleConfigsCommand,
  filters: [
    { member: "NameContains" },
    { member: "AppTypeEquals", title: "App", values: Object.values(StudioLifecycleConfigAppType) },
  ],
  columns: ["StudioLifecycleConfigName", "StudioLifecycleConfigAppType", "CreationTime"],
  describe: DescribeStudioLifecycleConfigCommand,
  sections: [{ title: "Script", members: ["StudioLifecycleConfigAppType", "CreationTime", "LastModifiedTime"] }],
  panels: [script],
  create: CreateStudioLifecycleConfigCommand,
  form: [
    {
      title: "Script",
      fields: [
        { member: "StudioLifecycleConfigName", isName: true },
        "StudioLifecycleConfigAppType",
        { member: "StudioLifecycleConfigContent", title: "Shell script", as: ScriptField },
      ],
    },
  ],
  delete: DeleteStudioLifecycleConfigCommand,
});
