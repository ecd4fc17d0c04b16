import { expect } from "vitest";
import { actual, configure, context, create, EndpointName, untilStatus } from "./endpoint.fixture.ts";

export const Name = "Trial";
export const RoleArn = "arn:aws:iam::123456789012:role/SageMakerRole";
export const hour = 3_600_000;
export const day = 24 * hour;

export const variant = (VariantName: string, ModelName: string, InstanceCount = 1) => ({
  VariantName,
  ModelName,
  InfrastructureConfig: {
    InfrastructureType: "RealTimeInference" as const,
    RealTimeInferenceConfig: { InstanceType: "ml.m5.large" as const, InstanceCount },
  },
});
export const shadowMode = (SamplingPercentage = 100, ShadowModelVariantName = "B") => ({
  SourceModelVariantName: "A",
  ShadowModelVariants: [{ ShadowModelVariantName, SamplingPercentage }],
});

/** An endpoint with the production variant A, and the model of a variant B beside it. */
export async function serve(): Promise<void> {
  await create("one");
  await configure("two", { B: {} });
  await untilStatus("InService");
}
export const experiment = (more: object = {}) =>
  context.call("sagemaker", "CreateInferenceExperiment", {
    ...{ Name, RoleArn, EndpointName, Type: "ShadowMode" },
    ModelVariants: [variant("A", "one-A"), variant("B", "two-B")],
    ShadowModeConfig: shadowMode(),
    ...more,
  });
export const look = () => context.call("sagemaker", "DescribeInferenceExperiment", { Name });
export const untilIs = (status: string) =>
  expect.poll(async () => (await look()).Status, { timeout: 20_000, interval: 20 }).toBe(status);
export const stop = (actions: Record<string, "Retain" | "Remove" | "Promote">, more: object = {}) =>
  context.call("sagemaker", "StopInferenceExperiment", { Name, ModelVariantActions: actions, ...more });
export const update = (more: object) => context.call("sagemaker", "UpdateInferenceExperiment", { Name, ...more });
export const configNames = async () =>
  (await context.call("sagemaker", "ListEndpointConfigs", {})).EndpointConfigs!.map(
    ({ EndpointConfigName }) => EndpointConfigName!,
  );
/** What the endpoint's fleet has captured of a variant: each output, and how it is encoded. */
export async function capturedOf(variant: string): Promise<[string, string][]> {
  const entries = await context.journals.read((await actual()).serving!.capture!.stream, 0, 100);
  return entries
    .map(({ data }) => data.split("\n") as [string, string])
    .filter(([name]) => name === variant)
    .map(([, line]) => {
      const { data, encoding } = JSON.parse(line).captureData.endpointOutput;
      return [data, encoding];
    });
}
