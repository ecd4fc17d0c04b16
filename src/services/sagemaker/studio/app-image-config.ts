import { Fault, validationFault } from "../../../aws/faults.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { InputOf } from "../../../wire/operations.ts";

type CreateConfig = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateAppImageConfig">;

/** How an image runs as an app: its kernels, its file system, its command. */
export const appImageConfig = defineResource({
  service: "sagemaker",
  kind: "app-image-config",
  arn: "app-image-config/{AppImageConfigName}",
  title: "App image configuration",
  tags: true,
  missing: ({ arn }) => new Fault("ResourceNotFound", `AppImageConfig ${arn} does not exist.`),
  existing: ({ arn }) => new Fault("ResourceInUse", `AppImageConfig ${arn} already exists.`),
  create: {
    operation: "CreateAppImageConfig",
    async begin(input) {
      checkConfigs(input);
      return { actual: {} };
    },
    output: (AppImageConfigArn) => ({ AppImageConfigArn }),
  },
  describe: {
    operation: "DescribeAppImageConfig",
    output: ({ wanted, created, modified }, AppImageConfigArn) => ({
      AppImageConfigArn,
      AppImageConfigName: wanted.AppImageConfigName,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      ...configsOf(wanted),
    }),
  },
  list: {
    operation: "ListAppImageConfigs",
    member: "AppImageConfigs",
    descending: true,
    filters: { ModifiedTimeAfter: "modified after", ModifiedTimeBefore: "modified before" },
    summary: ({ wanted, created, modified }, AppImageConfigArn) => ({
      AppImageConfigArn,
      AppImageConfigName: wanted.AppImageConfigName,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
      ...configsOf(wanted),
    }),
  },
  update: {
    operation: "UpdateAppImageConfig",
    change({ wanted }, input) {
      const given = configsOf(input);
      // Another kind of app takes the place of the one before: a configuration is for one kind.
      const isOther = Object.keys(given).length > 0;
      const next = isOther ? { ...wanted, ...noConfigs, ...given } : wanted;
      checkConfigs(next);
      return { wanted: next };
    },
    output: (AppImageConfigArn) => ({ AppImageConfigArn }),
  },
  delete: { operation: "DeleteAppImageConfig" },
});

const configNames = ["KernelGatewayImageConfig", "JupyterLabAppImageConfig", "CodeEditorAppImageConfig"] as const;
type Configs = Pick<CreateConfig, (typeof configNames)[number]>;
const noConfigs: Configs = {
  KernelGatewayImageConfig: undefined,
  JupyterLabAppImageConfig: undefined,
  CodeEditorAppImageConfig: undefined,
};

const configsOf = (input: Configs): Configs =>
  Object.fromEntries(configNames.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])));

function checkConfigs(input: Configs): void {
  const given = Object.keys(configsOf(input));
  if (given.length > 1)
    throw validationFault(`${given.join(" and ")} are given; a configuration is for one kind of app.`);
}
