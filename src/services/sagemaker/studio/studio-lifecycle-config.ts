import { Fault } from "../../../aws/faults.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import { readLifecycleScript } from "./lifecycle-script.ts";

/** A shell script that runs when an app of Studio starts. */
export const studioLifecycleConfig = defineResource({
  service: "sagemaker",
  kind: "studio-lifecycle-config",
  arn: "studio-lifecycle-config/{StudioLifecycleConfigName}",
  title: "Lifecycle configuration of Studio",
  tags: true,
  missing: ({ arn }) => new Fault("ResourceNotFound", `StudioLifecycleConfig ${arn} does not exist.`),
  existing: ({ arn }) => new Fault("ResourceInUse", `StudioLifecycleConfig ${arn} already exists.`),
  create: {
    operation: "CreateStudioLifecycleConfig",
    async begin({ StudioLifecycleConfigContent }) {
      readLifecycleScript(StudioLifecycleConfigContent!, "StudioLifecycleConfigContent");
      return { actual: {} };
    },
    output: (StudioLifecycleConfigArn) => ({ StudioLifecycleConfigArn }),
  },
  labels: { appType: ({ wanted }) => wanted.StudioLifecycleConfigAppType },
  describe: {
    operation: "DescribeStudioLifecycleConfig",
    output: ({ wanted, created, modified }, StudioLifecycleConfigArn) => ({
      StudioLifecycleConfigArn,
      StudioLifecycleConfigName: wanted.StudioLifecycleConfigName,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      StudioLifecycleConfigContent: wanted.StudioLifecycleConfigContent,
      StudioLifecycleConfigAppType: wanted.StudioLifecycleConfigAppType,
    }),
  },
  list: {
    operation: "ListStudioLifecycleConfigs",
    member: "StudioLifecycleConfigs",
    descending: true,
    filters: {
      AppTypeEquals: "label appType",
      ModifiedTimeAfter: "modified after",
      ModifiedTimeBefore: "modified before",
    },
    summary: ({ wanted, created, modified }, StudioLifecycleConfigArn) => ({
      StudioLifecycleConfigArn,
      StudioLifecycleConfigName: wanted.StudioLifecycleConfigName,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      StudioLifecycleConfigAppType: wanted.StudioLifecycleConfigAppType,
    }),
  },
  delete: { operation: "DeleteStudioLifecycleConfig" },
});
