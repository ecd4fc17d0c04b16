import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { notBuilt } from "./scaling-faults.ts";
import type { TargetNames } from "./scaling-kinds.ts";

/** What can be scaled, as it is now. */
export interface ScalableResource {
  readonly arn: string;
  readonly capacity: number;
  readonly desired: number;
  /** Whether it is being changed, by this or another cause, and takes no other change. */
  readonly isBusy: boolean;
  /** Why the last change failed. */
  readonly failureReason?: string | undefined;
}

interface Dimension {
  readonly resource: RegExp;
  /** In descriptions of activities: "Setting desired instance count to 2." */
  readonly noun: string;
  readonly least: number;
  /** What an endpoint and its variant are called, in refusals. */
  readonly missing: (resourceId: string) => string;
  read(context: Pick<Context, "call">, parts: readonly string[]): Promise<ScalableResource | undefined>;
  set(context: Pick<Context, "call">, parts: readonly string[], capacity: number): Promise<void>;
}

const dimensions: Readonly<Partial<Record<TargetNames["ScalableDimension"], Dimension>>> = {
  "sagemaker:variant:DesiredInstanceCount": {
    resource: /^endpoint\/([^/]+)\/variant\/([^/]+)$/,
    noun: "desired instance count",
    least: 1,
    missing: (resourceId) => `SageMaker endpoint variant doesn't exist: ${resourceId}`,
    async read(context, [EndpointName, name]) {
      try {
        const endpoint = await context.call("sagemaker", "DescribeEndpoint", { EndpointName: EndpointName! });
        const variant = endpoint.ProductionVariants?.find(({ VariantName }) => VariantName === name);
        if (!variant) return undefined;
        const { CurrentInstanceCount: capacity = 0, DesiredInstanceCount: desired = capacity } = variant;
        const isBusy = endpoint.EndpointStatus !== "InService";
        return { arn: endpoint.EndpointArn!, capacity, desired, isBusy, failureReason: endpoint.FailureReason };
      } catch (error) {
        if (error instanceof Fault && error.code === "ValidationException") return undefined;
        throw error;
      }
    },
    async set(context, [EndpointName, VariantName], DesiredInstanceCount) {
      await context.call("sagemaker", "UpdateEndpointWeightsAndCapacities", {
        EndpointName: EndpointName!,
        DesiredWeightsAndCapacities: [{ VariantName: VariantName!, DesiredInstanceCount }],
      });
    },
  },
};

/** Returns how a target is read and set. @throws Fault for what AWS scales and this version does not */
export function scalableOf(context: Context, { ServiceNamespace, ResourceId, ScalableDimension }: TargetNames) {
  const [namespace] = ScalableDimension.split(":");
  if (namespace !== ServiceNamespace) throw unsupported();
  const dimension = dimensions[ScalableDimension];
  if (!dimension)
    throw notBuilt(context, `ScalableDimension ${ScalableDimension}`, `scale ${Object.keys(dimensions).join(", ")}`);
  const parts = dimension.resource.exec(ResourceId)?.slice(1);
  if (!parts) throw unsupported();
  const { noun, least, missing, read, set } = dimension;
  return {
    noun,
    least,
    missing: () => validationFault(missing(ResourceId)),
    read: (of: Pick<Context, "call">) => read(of, parts),
    set: (of: Pick<Context, "call">, capacity: number) => set(of, parts, capacity),
  };
}

const unsupported = () => validationFault("Unsupported service namespace, resource type or scalable dimension");
