import type { ResourceKey } from "../../../stores/resources/port.ts";
import { type ActualComponent, componentKind } from "./component-kind.ts";
import { context, EndpointName, Image, invoke, untilStatus } from "./endpoint.fixture.ts";

export const RoleArn = "arn:aws:iam::123456789012:role/SageMakerRole";

/** Makes the endpoint `Echo` for components, on instances of ml.m5.large: 2 vCPUs and 8192 MB. */
export async function createHost(variant: object = {}, EndpointConfigName = "host"): Promise<void> {
  await configureHost(variant, EndpointConfigName);
  await context.call("sagemaker", "CreateEndpoint", { EndpointName, EndpointConfigName });
  await untilStatus("InService");
}

export const configureHost = (variant: object = {}, EndpointConfigName = "host") =>
  context.call("sagemaker", "CreateEndpointConfig", {
    EndpointConfigName,
    ExecutionRoleArn: RoleArn,
    ProductionVariants: [{ VariantName: "A", InstanceType: "ml.m5.large", InitialInstanceCount: 1, ...variant }],
  });

/** A specification of a container that answers with its name, and takes half an instance's memory by default. */
export const specified = (
  NAME: string,
  memory = 4096,
  environment: Record<string, string> = {},
  more: object = {},
) => ({
  Container: { Image, Environment: { NAME, ...environment } },
  ComputeResourceRequirements: { NumberOfCpuCoresRequired: 0.5, MinMemoryRequiredInMb: memory },
  ...more,
});

export const createComponent = (
  InferenceComponentName: string,
  CopyCount = 1,
  Specification: object = specified(InferenceComponentName),
) =>
  context.call("sagemaker", "CreateInferenceComponent", {
    InferenceComponentName,
    ...{ EndpointName, VariantName: "A" },
    Specification,
    RuntimeConfig: { CopyCount },
  });

export const describe = (InferenceComponentName: string) =>
  context.call("sagemaker", "DescribeInferenceComponent", { InferenceComponentName });
export const setCopies = (InferenceComponentName: string, CopyCount: number) =>
  context.call("sagemaker", "UpdateInferenceComponentRuntimeConfig", {
    InferenceComponentName,
    DesiredRuntimeConfig: { CopyCount },
  });
export const remove = (InferenceComponentName: string) =>
  context.call("sagemaker", "DeleteInferenceComponent", { InferenceComponentName });
export const ask = async (InferenceComponentName: string, text = "x") =>
  (await invoke(text, { InferenceComponentName })).text;

const keyOf = (InferenceComponentName: string): ResourceKey => componentKind.key(context, { InferenceComponentName });
export const actualOf = async (name: string) => (await context.resources.get(keyOf(name)))!.actual as ActualComponent;

/** Follows the feed until a component is as expected. */
export async function untilComponent(
  name: string,
  expected: (status: string | undefined, actual: ActualComponent) => boolean,
): Promise<void> {
  for (let position: number | "latest" = "latest"; ; ) {
    const news = context.resources.changes(position, 1000, AbortSignal.timeout(15_000));
    const found = await context.resources.get(keyOf(name));
    if (expected(found?.status, found?.actual as ActualComponent)) return void news.catch(() => {});
    const entries = await news;
    if (entries.length === 0) throw new Error(`The component came no further than ${JSON.stringify(found)}`);
    position = entries.at(-1)!.sequence;
  }
}
export const untilIs = (name: string, wanted: string | undefined) =>
  untilComponent(name, (status) => status === wanted);
export const untilQuiet = (name: string) => untilComponent(name, (_, actual) => actual.retiring.length === 0);
