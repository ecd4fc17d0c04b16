import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { OutputOf } from "../../../wire/operations.ts";
import type { ScalableDimension, ScalableResource } from "./scalable-dimension.ts";
import type { TargetNames } from "./scaling-kinds.ts";

type Endpoint = OutputOf<typeof import("@aws-sdk/client-sagemaker"), "DescribeEndpoint">;
type Variant = NonNullable<Endpoint["ProductionVariants"]>[number];

const variantResource = {
  resource: /^endpoint\/([^/]+)\/variant\/([^/]+)$/,
  least: 1,
  missing: (resourceId: string) => `SageMaker endpoint variant doesn't exist: ${resourceId}`,
};

/** What SageMaker has that can be scaled. */
export const sagemakerDimensions = {
  "sagemaker:variant:DesiredInstanceCount": {
    ...variantResource,
    noun: "desired instance count",
    read: (context, parts) =>
      readVariant(context, parts, ({ CurrentServerlessConfig, ...variant }) => {
        if (CurrentServerlessConfig) return undefined;
        const { CurrentInstanceCount: capacity = 0, DesiredInstanceCount: desired = capacity } = variant;
        return { capacity, desired };
      }),
    async set(context, [EndpointName, VariantName], DesiredInstanceCount) {
      await context.call("sagemaker", "UpdateEndpointWeightsAndCapacities", {
        EndpointName: EndpointName!,
        DesiredWeightsAndCapacities: [{ VariantName: VariantName!, DesiredInstanceCount }],
      });
    },
  },
  "sagemaker:variant:DesiredProvisionedConcurrency": {
    ...variantResource,
    noun: "desired provisioned concurrency",
    read: (context, parts) =>
      readVariant(context, parts, ({ CurrentServerlessConfig: now, DesiredServerlessConfig: asked = now }) => {
        // What has none cannot be scaled: it is given some by the endpoint's configuration, or an update of the variant.
        if (now?.ProvisionedConcurrency === undefined) return undefined;
        return { capacity: now.ProvisionedConcurrency, desired: asked!.ProvisionedConcurrency! };
      }),
    async set(context, [EndpointName, VariantName], ProvisionedConcurrency) {
      await context.call("sagemaker", "UpdateEndpointWeightsAndCapacities", {
        EndpointName: EndpointName!,
        DesiredWeightsAndCapacities: [
          { VariantName: VariantName!, ServerlessUpdateConfig: { ProvisionedConcurrency } },
        ],
      });
    },
  },
  "sagemaker:inference-component:DesiredCopyCount": {
    resource: /^inference-component\/([^/]+)$/,
    noun: "desired copy count",
    least: 0,
    missing: (resourceId) => `SageMaker inference component doesn't exist: ${resourceId}`,
    read: (context, [InferenceComponentName]) =>
      orMissing(async () => {
        const named = { InferenceComponentName: InferenceComponentName! };
        const component = await context.call("sagemaker", "DescribeInferenceComponent", named);
        const { CurrentCopyCount: capacity = 0, DesiredCopyCount: desired = capacity } = component.RuntimeConfig ?? {};
        const isBusy = component.InferenceComponentStatus !== "InService";
        const { InferenceComponentArn: arn, FailureReason: failureReason } = component;
        // A copy that is being replaced counts: its place is kept.
        return { arn: arn!, capacity: isBusy ? capacity : desired, desired, isBusy, failureReason };
      }),
    async set(context, [InferenceComponentName], CopyCount) {
      await context.call("sagemaker", "UpdateInferenceComponentRuntimeConfig", {
        InferenceComponentName: InferenceComponentName!,
        DesiredRuntimeConfig: { CopyCount },
      });
    },
  },
} as const satisfies Partial<Record<TargetNames["ScalableDimension"], ScalableDimension>>;

const readVariant = (
  context: Pick<Context, "call">,
  [EndpointName, name]: readonly string[],
  capacityOf: (variant: Variant) => Pick<ScalableResource, "capacity" | "desired"> | undefined,
): Promise<ScalableResource | undefined> =>
  orMissing(async () => {
    const endpoint = await context.call("sagemaker", "DescribeEndpoint", { EndpointName: EndpointName! });
    const variant = endpoint.ProductionVariants?.find(({ VariantName }) => VariantName === name);
    const capacity = variant && capacityOf(variant);
    if (!capacity) return undefined;
    const isBusy = endpoint.EndpointStatus !== "InService";
    // What is queued waits for an instance.
    const least = endpoint.AsyncInferenceConfig && { least: 0 };
    return { arn: endpoint.EndpointArn!, ...capacity, isBusy, failureReason: endpoint.FailureReason, ...least };
  });

async function orMissing<Read>(read: () => Promise<Read>): Promise<Read | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Fault && error.code === "ValidationException") return undefined;
    throw error;
  }
}
