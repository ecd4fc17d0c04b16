import type { Item } from "../declare/item.ts";
import { detailAddress } from "../frame/screens.ts";

/** Of the services that scale so, the server has one. */
export const ofSageMaker = { ServiceNamespace: "sagemaker" } as const;

/** The three names of a scalable target. */
export const targetOf = ({ ServiceNamespace, ResourceId, ScalableDimension }: Item): Item => ({
  ServiceNamespace,
  ResourceId,
  ScalableDimension,
});

/** The page of what a target scales: "endpoint/NAME/variant/NAME", "inference-component/NAME". */
export function scaledAddress(resourceId: string): string {
  const [path = "", name = ""] = resourceId.split("/");
  return detailAddress(path, name);
}

export const targetStart = () => ({
  ...ofSageMaker,
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
});

/** The fields that name a target. */
export const targetFields = [
  { member: "ResourceId", title: "Variant", note: "endpoint/NAME/variant/NAME" } as const,
  "ServiceNamespace" as const,
  "ScalableDimension" as const,
];
