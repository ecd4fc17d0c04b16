import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { sagemakerDimensions } from "./sagemaker-dimensions.ts";
import type { ScalableDimension as Dimension } from "./scalable-dimension.ts";
import { notBuilt } from "./scaling-faults.ts";
import type { TargetNames } from "./scaling-kinds.ts";

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
