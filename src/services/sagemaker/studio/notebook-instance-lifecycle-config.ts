import { validationFault } from "../../../aws/faults.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { readLifecycleScript } from "./lifecycle-script.ts";

type CreateConfig = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateNotebookInstanceLifecycleConfig">;

/** Shell scripts that run when a notebook instance is made, and at each of its starts. */
export const notebookInstanceLifecycleConfig = defineResource({
  service: "sagemaker",
  kind: "notebook-instance-lifecycle-config",
  arn: "notebook-instance-lifecycle-config/{NotebookInstanceLifecycleConfigName}",
  title: "Lifecycle configuration of notebook instances",
  tags: true,
  missing: ({ arn }) =>
    validationFault(
      `Unable to describe Notebook Instance Lifecycle Config '${arn}'. (Details: Notebook Instance Lifecycle Config does not exist.)`,
    ),
  existing: ({ arn }) =>
    validationFault(
      `Unable to create Notebook Instance Lifecycle Config ${arn}. (Details: Notebook Instance Lifecycle Config already exists.)`,
    ),
  create: {
    operation: "CreateNotebookInstanceLifecycleConfig",
    async begin(input) {
      checkScripts(input);
      return { actual: {} };
    },
    output: (NotebookInstanceLifecycleConfigArn) => ({ NotebookInstanceLifecycleConfigArn }),
  },
  describe: {
    operation: "DescribeNotebookInstanceLifecycleConfig",
    output: ({ wanted, created, modified }, NotebookInstanceLifecycleConfigArn) => ({
      NotebookInstanceLifecycleConfigArn,
      NotebookInstanceLifecycleConfigName: wanted.NotebookInstanceLifecycleConfigName,
      OnCreate: wanted.OnCreate ?? [],
      OnStart: wanted.OnStart ?? [],
      LastModifiedTime: new Date(modified),
      CreationTime: new Date(created),
    }),
  },
  list: {
    operation: "ListNotebookInstanceLifecycleConfigs",
    member: "NotebookInstanceLifecycleConfigs",
    descending: false,
    summary: ({ wanted, created, modified }, NotebookInstanceLifecycleConfigArn) => ({
      NotebookInstanceLifecycleConfigName: wanted.NotebookInstanceLifecycleConfigName,
      NotebookInstanceLifecycleConfigArn,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
    }),
  },
  update: {
    operation: "UpdateNotebookInstanceLifecycleConfig",
    change({ wanted }, { OnCreate = wanted.OnCreate, OnStart = wanted.OnStart }) {
      checkScripts({ OnCreate, OnStart });
      return { wanted: { ...wanted, OnCreate, OnStart } };
    },
    output: () => ({}),
  },
  delete: { operation: "DeleteNotebookInstanceLifecycleConfig" },
});

function checkScripts(input: Pick<CreateConfig, "OnCreate" | "OnStart">): void {
  for (const member of ["OnCreate", "OnStart"] as const)
    for (const [index, { Content }] of (input[member] ?? []).entries())
      if (Content !== undefined) readLifecycleScript(Content, `${member}[${index}].Content`);
}
