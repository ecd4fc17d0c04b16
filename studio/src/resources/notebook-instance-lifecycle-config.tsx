import {
  CreateNotebookInstanceLifecycleConfigCommand,
  DeleteNotebookInstanceLifecycleConfigCommand,
  DescribeNotebookInstanceLifecycleConfigCommand,
  ListNotebookInstanceLifecycleConfigsCommand,
  UpdateNotebookInstanceLifecycleConfigCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { script } from "../panels/script.tsx";
import { sagemaker } from "../services/sagemaker.ts";
import { ScriptField } from "../workspaces/script-field.tsx";

const scripts = [
  {
    member: "OnCreate",
    title: "Once, when a notebook instance is made",
    entry: "Script",
    fields: [{ member: "Content", title: "Shell script", as: ScriptField }],
  },
  {
    member: "OnStart",
    title: "At each of its starts",
    entry: "Script",
    fields: [{ member: "Content", title: "Shell script", as: ScriptField }],
  },
] as const;

export const notebookInstanceLifecycleConfig = defineResource({
  service: sagemaker,
  kind: "sagemaker/notebook-instance-lifecycle-config",
  title: "Start script of notebooks",
  plural: "Start scripts of notebooks",
  area: "Workspaces",
  words: "Shell scripts that run when a notebook instance is made and whenever it starts.",
  name: "NotebookInstanceLifecycleConfigName",
  arn: "NotebookInstanceLifecycleConfigArn",
  list: ListNotebookInstanceLifecycleConfigsCommand,
  filters: [{ member: "NameContains" }],
  columns: ["NotebookInstanceLifecycleConfigName", "CreationTime", "LastModifiedTime"],
  describe: DescribeNotebookInstanceLifecycleConfigCommand,
  sections: [{ title: "Scripts", members: ["CreationTime", "LastModifiedTime"] }],
  panels: [script],
  actions: [
    {
      title: "Edit",
      command: UpdateNotebookInstanceLifecycleConfigCommand,
      input: ({ NotebookInstanceLifecycleConfigName, OnCreate, OnStart }) => ({
        ...{ NotebookInstanceLifecycleConfigName, OnCreate, OnStart },
      }),
      form: [{ title: "Scripts", fields: scripts }],
    },
  ],
  create: CreateNotebookInstanceLifecycleConfigCommand,
  form: [{ title: "Scripts", fields: [{ member: "NotebookInstanceLifecycleConfigName", isName: true }, ...scripts] }],
  delete: DeleteNotebookInstanceLifecycleConfigCommand,
});
