import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import type { Ending, ModelVariant, WantedExperiment } from "./experiment-document.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
type EndpointConfig = InputOf<SageMaker, "CreateEndpointConfig">;
type DescribedConfig = OutputOf<SageMaker, "DescribeEndpointConfig">;
type Variant = EndpointConfig["ProductionVariants"][number];
type DataCapture = EndpointConfig["DataCaptureConfig"];

/** Returns the configuration that an endpoint has while an experiment runs on it. `base` is the one that it has now. */
export function experimentConfig(
  EndpointConfigName: string,
  { ModelVariants, ShadowModeConfig, DataStorageConfig }: WantedExperiment,
  base: DescribedConfig,
): EndpointConfig {
  const { SourceModelVariantName, ShadowModelVariants } = ShadowModeConfig;
  const [shadow] = ShadowModelVariants;
  const variant = (name: string, weight: number) =>
    variantOf(ModelVariants.find(({ VariantName }) => VariantName === name)!, base, weight);
  return {
    ...kept(EndpointConfigName, base),
    ProductionVariants: [variant(SourceModelVariantName!, 1)],
    ShadowProductionVariants: [variant(shadow!.ShadowModelVariantName!, shadow!.SamplingPercentage! / 100)],
    DataCaptureConfig: captureOf(DataStorageConfig) ?? base.DataCaptureConfig,
  };
}

/**
 * Returns the configuration that an endpoint has after an experiment, where it is not the one before it.
 * @param former what the endpoint had before; `base` where it is gone
 */
export function endedConfig(
  EndpointConfigName: string,
  { ModelVariants, ShadowModeConfig }: WantedExperiment,
  { production, shadow, variants = [] }: Ending,
  base: DescribedConfig,
  former: DescribedConfig,
): EndpointConfig {
  const all = [...variants, ...ModelVariants];
  const variant = (name: string, weight: number) =>
    variantOf(all.find(({ VariantName }) => VariantName === name)!, base, weight);
  const sampled = ShadowModeConfig.ShadowModelVariants[0]!.SamplingPercentage! / 100;
  return {
    ...kept(EndpointConfigName, former),
    ProductionVariants: [variant(production, 1)],
    ...(shadow !== undefined && { ShadowProductionVariants: [variant(shadow, sampled)] }),
    DataCaptureConfig: former.DataCaptureConfig,
  };
}

/** What an experiment leaves as it is. */
const kept = (EndpointConfigName: string, base: DescribedConfig) => ({
  EndpointConfigName,
  ...(base.ExecutionRoleArn && { ExecutionRoleArn: base.ExecutionRoleArn }),
  ...(base.VpcConfig && { VpcConfig: base.VpcConfig }),
  ...(base.EnableNetworkIsolation && { EnableNetworkIsolation: true }),
  ...(base.MetricsConfig && { MetricsConfig: base.MetricsConfig }),
});

/** Returns a variant with the other properties, such as its time to start, of the one of that name. */
function variantOf(
  { ModelName, VariantName, InfrastructureConfig }: ModelVariant,
  base: DescribedConfig,
  weight: number,
) {
  const before = [...base.ProductionVariants!, ...(base.ShadowProductionVariants ?? [])].find(
    (variant) => variant.VariantName === VariantName,
  );
  const { InstanceType, InstanceCount } = InfrastructureConfig!.RealTimeInferenceConfig!;
  return {
    ...(before as Variant | undefined),
    ...{ VariantName, ModelName, InstanceType, InitialInstanceCount: InstanceCount, InitialVariantWeight: weight },
  } as Variant;
}

/** Returns how what an experiment stores is captured: all requests, and what both variants answered. */
export const captureOf = (storage: WantedExperiment["DataStorageConfig"]): DataCapture =>
  storage && {
    EnableCapture: true,
    InitialSamplingPercentage: 100,
    DestinationS3Uri: storage.Destination!,
    ...(storage.KmsKey && { KmsKeyId: storage.KmsKey }),
    CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
    ...(storage.ContentType && { CaptureContentTypeHeader: storage.ContentType }),
  };
