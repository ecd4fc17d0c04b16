import type { FeatureParameter, UpdateFeatureMetadataRequest } from "@aws-sdk/client-sagemaker";
import type { Item } from "../declare/item.ts";

/**
 * What of an edit is sent: a form shows all parameters of a feature, and the operation is told of those that are new,
 * are others, or have gone. An emptied description is sent as such.
 */
export function metadataChanges(input: Item, begun: Item): Item {
  const { Description = "", ParameterAdditions: now = [], ...rest } = input as Partial<UpdateFeatureMetadataRequest>;
  const { Description: was = "", ParameterAdditions: before = [] } = begun as Partial<UpdateFeatureMetadataRequest>;
  const added = now.filter((one) => !before.some((other) => isSame(one, other)));
  const gone = before.flatMap(({ Key }) => (now.some((one) => one.Key === Key) ? [] : [Key!]));
  const { ParameterRemovals: named = [], ...names } = rest;
  const removed = [...new Set([...named, ...gone])];
  return {
    ...names,
    ...(Description !== was && { Description }),
    ...(added.length > 0 && { ParameterAdditions: added }),
    ...(removed.length > 0 && { ParameterRemovals: removed }),
  };
}

const isSame = (one: FeatureParameter, other: FeatureParameter) => one.Key === other.Key && one.Value === other.Value;
