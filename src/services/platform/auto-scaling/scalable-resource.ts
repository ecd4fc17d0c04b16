import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { sagemakerDimensions } from "./sagemaker-dimensions.ts";
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

export interface Dimension {
  readonly resource: RegExp;
  /** In descriptions of activities: "Setting desired instance count to 2." */
  readonly noun: string;
  readonly least: number;
  /** Says that it is not there. */
  readonly missing: (resourceId: string) => string;
  read(context: Pick<Context, "call">, parts: readonly string[]): Promise<ScalableResource | undefined>;
  set(context: Pick<Context, "call">, parts: readonly string[], capacity: number): Promise<void>;
}

const dimensions: Readonly<Partial<Record<TargetNames["ScalableDimension"], Dimension>>> = sagemakerDimensions;

/** The dimensions that can be scaled. */
export const scalableDimensions = Object.keys(dimensions) as TargetNames["ScalableDimension"][];

/** Returns how a target is read and set. @throws Fault for what AWS scales and this version does not */
export function scalableOf(context: Context, { ServiceNamespace, ResourceId, ScalableDimension }: TargetNames) {
  const [namespace] = ScalableDimension.split(":");
  if (namespace !== ServiceNamespace) throw unsupported();
  const dimension = dimensions[ScalableDimension];
  if (!dimension)
    throw notBuilt(context, `ScalableDimension ${ScalableDimension}`, `scale ${scalableDimensions.join(", ")}`);
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
