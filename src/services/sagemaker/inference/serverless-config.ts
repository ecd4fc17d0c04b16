import { validationFault } from "../../../aws/faults.ts";
import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import { containersOf } from "./server-run.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
type EndpointConfig = InputOf<SageMaker, "CreateEndpointConfig">;
type Variant = EndpointConfig["ProductionVariants"][number];
type Model = OutputOf<SageMaker, "DescribeModel">;

/** What a serverless variant may take. */
export interface Serverless {
  readonly memoryMegabytes: number;
  /** So many requests at once; others are refused. */
  readonly maxConcurrency: number;
  /** Its model server stays, however long nobody asks. */
  readonly provisionedConcurrency?: number;
}

const memoryStep = 1024;

/** @throws Fault for what AWS excludes from serverless endpoints */
export function checkServerless(config: EndpointConfig, variant: Variant, model: Model): void {
  const serverless = variant.ServerlessConfig!;
  const refuse = (what: string): never => {
    throw validationFault(`Serverless production variant "${variant.VariantName}": ${what}`);
  };
  const excluded: readonly (readonly [unknown, string])[] = [
    [variant.InstanceType, "InstanceType"],
    [variant.InitialInstanceCount, "InitialInstanceCount"],
    [variant.VolumeSizeInGB, "VolumeSizeInGB"],
    [config.VpcConfig ?? model.VpcConfig, "VpcConfig"],
    [config.EnableNetworkIsolation || model.EnableNetworkIsolation, "EnableNetworkIsolation"],
    [config.DataCaptureConfig, "DataCaptureConfig"],
    [config.ShadowProductionVariants?.length, "ShadowProductionVariants"],
    [config.ProductionVariants.length > 1, "more than one production variant"],
    [containersOf(model).length > 1, "a model with several containers"],
    [containersOf(model).some(({ Mode }) => Mode === "MultiModel"), "a multi-model container"],
  ];
  for (const [given, what] of excluded) if (given) refuse(`serverless endpoints do not support ${what}.`);
  checkConcurrency(serverless, refuse);
  if (serverless.MemorySizeInMB! % memoryStep !== 0)
    refuse(`MemorySizeInMB is ${serverless.MemorySizeInMB}; it is one of 1024, 2048, 3072, 4096, 5120, 6144.`);
}

/** @throws Fault when more is provisioned than may be used */
export function checkConcurrency(
  { MaxConcurrency = 1, ProvisionedConcurrency = 0 }: { MaxConcurrency?: number; ProvisionedConcurrency?: number },
  refuse: (what: string) => never,
): void {
  if (ProvisionedConcurrency > MaxConcurrency)
    refuse(`ProvisionedConcurrency ${ProvisionedConcurrency} is more than MaxConcurrency ${MaxConcurrency}.`);
}

export const planServerless = ({
  ServerlessConfig: config,
}: Pick<Variant, "ServerlessConfig">): Serverless | undefined =>
  config && {
    memoryMegabytes: config.MemorySizeInMB!,
    maxConcurrency: config.MaxConcurrency!,
    ...(config.ProvisionedConcurrency === undefined ? {} : { provisionedConcurrency: config.ProvisionedConcurrency }),
  };

export const describeServerless = ({ memoryMegabytes, maxConcurrency, provisionedConcurrency }: Serverless) => ({
  MemorySizeInMB: memoryMegabytes,
  MaxConcurrency: maxConcurrency,
  ProvisionedConcurrency: provisionedConcurrency,
});
