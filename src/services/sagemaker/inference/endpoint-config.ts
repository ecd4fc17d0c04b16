import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkExecutor } from "../check-executor.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { refuseMembers } from "../not-built.ts";
import { checkAsync, checkAsyncModel } from "./async-config.ts";
import { checkCapture } from "./data-capture.ts";
import { checkHosting, checkRouting } from "./hosting-config.ts";
import { containersOf, servedContainers, serverNeeds } from "./server-run.ts";
import { checkServerless } from "./serverless-config.ts";

type CreateEndpointConfig = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateEndpointConfig">;
type Variant = CreateEndpointConfig["ProductionVariants"][number];

/**
 * What an endpoint runs: its production variants, each a model on a number of instances with its share of the traffic.
 */
export const endpointConfig = defineResource({
  service: "sagemaker",
  kind: "endpoint-config",
  arn: "endpoint-config/{EndpointConfigName}",
  tags: true,
  title: "Endpoint configuration",
  missing: ({ arn }) => validationFault(`Could not find endpoint configuration "${arn}".`),
  existing: ({ arn }) => validationFault(`Cannot create already existing endpoint configuration "${arn}".`),
  create: {
    operation: "CreateEndpointConfig",
    async begin(input, context) {
      refuseMembers(context, input, "", ["ExplainerConfig", "KmsKeyId"]);
      checkCapture(context, input.DataCaptureConfig);
      checkAsync(context, input);
      const { ShadowProductionVariants: shadows = [] } = input;
      const variants = [...input.ProductionVariants, ...shadows];
      checkNamesDiffer(variants);
      checkShadows(input.ProductionVariants, shadows);
      if (variants.some(({ ModelName }) => ModelName === undefined)) checkHosting(context, input);
      else for (const variant of variants) await checkVariant(context, input, variant);
      checkWeights(input.ProductionVariants);
      await checkExecutionRole(context, input.ExecutionRoleArn);
      return { actual: {} };
    },
    output: (EndpointConfigArn) => ({ EndpointConfigArn }),
  },
  describe: {
    operation: "DescribeEndpointConfig",
    output: ({ wanted, created }, arn) => ({
      EndpointConfigName: wanted.EndpointConfigName,
      EndpointConfigArn: arn,
      ProductionVariants: wanted.ProductionVariants.map((variant) => ({ InitialVariantWeight: 1, ...variant })),
      ShadowProductionVariants: wanted.ShadowProductionVariants?.map((variant) => ({
        InitialVariantWeight: 1,
        ...variant,
      })),
      CreationTime: new Date(created),
      ExecutionRoleArn: wanted.ExecutionRoleArn,
      DataCaptureConfig: wanted.DataCaptureConfig && { EnableCapture: true, ...wanted.DataCaptureConfig },
      AsyncInferenceConfig: wanted.AsyncInferenceConfig,
      VpcConfig: wanted.VpcConfig,
      EnableNetworkIsolation: wanted.EnableNetworkIsolation ?? false,
      MetricsConfig: wanted.MetricsConfig,
    }),
  },
  list: {
    operation: "ListEndpointConfigs",
    member: "EndpointConfigs",
    descending: true,
    summary: ({ wanted, created }, arn) => ({
      EndpointConfigName: wanted.EndpointConfigName,
      EndpointConfigArn: arn,
      CreationTime: new Date(created),
    }),
  },
  delete: { operation: "DeleteEndpointConfig" },
});

function checkNamesDiffer(variants: readonly Variant[]): void {
  const names = variants.map(({ VariantName }) => VariantName);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw validationFault(`Variant name "${twice}" is used twice; the names of production variants must differ.`);
  }
}

function checkShadows(variants: readonly Variant[], shadows: readonly Variant[]): void {
  if (shadows.length > 0 && (variants.length > 1 || shadows.length > 1))
    throw validationFault(
      `With ShadowProductionVariants there may be one production variant and one shadow variant; there are ${variants.length} and ${shadows.length}.`,
    );
}

async function checkVariant(context: Context, config: CreateEndpointConfig, variant: Variant): Promise<void> {
  refuseMembers(context, variant, `ProductionVariant ${variant.VariantName}: `, [
    "InstancePools",
    "AcceleratorType",
    "CapacityReservationConfig",
  ]);
  if (variant.ManagedInstanceScaling?.Status === "ENABLED")
    throw validationFault(
      `ManagedInstanceScaling of production variant "${variant.VariantName}" is for variants that host inference components: leave out its ModelName, or scale it by Application Auto Scaling.`,
    );
  checkRouting(context, variant);
  const { ServerlessConfig: serverless } = variant;
  if (!serverless && (variant.InstanceType === undefined || variant.InitialInstanceCount === undefined)) {
    throw validationFault(`Production variant "${variant.VariantName}" needs InstanceType and InitialInstanceCount.`);
  }
  const model = await context.call("sagemaker", "DescribeModel", { ModelName: variant.ModelName! });
  if (serverless) checkServerless(config, variant, model);
  checkAsyncModel(config, model);
  const networkIsolation = config.EnableNetworkIsolation || model.EnableNetworkIsolation;
  const containers = containersOf(model);
  const needs = serverNeeds(
    {
      ...servedContainers(containers),
      ...{ networkIsolation, instanceType: variant.InstanceType, memoryMegabytes: serverless?.MemorySizeInMB },
    },
    context,
  );
  await checkExecutor(context, needs, containers[0]!.Image!);
}

function checkWeights(variants: readonly Variant[]): void {
  const endless = variants.find(({ InitialVariantWeight: weight = 1 }) => !Number.isFinite(weight));
  if (endless) {
    throw validationFault(
      `The weight of production variant "${endless.VariantName}" is ${endless.InitialVariantWeight}; it must be a finite number.`,
    );
  }
  if (variants.every(({ InitialVariantWeight }) => InitialVariantWeight === 0)) {
    throw validationFault("The weights of all production variants are 0; at least one must be greater.");
  }
}
