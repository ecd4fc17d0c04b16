import type { FeatureDefinition } from "@aws-sdk/client-sagemaker";
import Autosuggest from "@cloudscape-design/components/autosuggest";
import type { FieldProps } from "../declare/form-group.ts";
import { typeOf } from "./record-values.ts";

const definitionsOf = (input: object) =>
  ((input as { FeatureDefinitions?: readonly FeatureDefinition[] }).FeatureDefinitions ?? []).filter(
    ({ FeatureName }) => FeatureName,
  );

/** A feature of those that are defined in the same form. */
export const DefinedFeature = ({ value, onChange, input }: FieldProps) => (
  <Autosuggest
    value={String(value ?? "")}
    options={definitionsOf(input).map((one) => ({ value: one.FeatureName!, description: typeOf(one) }))}
    empty="Define features first."
    enteredTextLabel={(text) => `Use "${text}"`}
    onChange={({ detail }) => onChange(detail.value)}
  />
);

/** What is wrong with the feature that a member names; undefined for one that is defined as a single value. */
export const definedProblem =
  (member: string, refused: Readonly<Record<string, string>> = {}) =>
  (input: object): string | undefined => {
    const name = (input as Readonly<Record<string, unknown>>)[member];
    if (typeof name !== "string" || name === "") return undefined;
    const found = definitionsOf(input).find(({ FeatureName }) => FeatureName === name);
    if (!found) return `${name} is not among the definitions.`;
    if (found.CollectionType) return `${name} is a ${found.CollectionType}; it has to be a single value.`;
    return refused[found.FeatureType ?? ""];
  };

/** What is wrong with definitions as a whole. */
export function definitionsProblem(input: object): string | undefined {
  const names = new Set<string>();
  for (const { FeatureName } of definitionsOf(input)) {
    if (names.has(FeatureName!.toLowerCase()))
      return `${FeatureName} is defined twice: names differ in more than the case of letters.`;
    names.add(FeatureName!.toLowerCase());
  }
  const { OnlineStoreConfig } = input as { OnlineStoreConfig?: { StorageType?: string } };
  const collection = definitionsOf(input).find(({ CollectionType }) => CollectionType);
  if (collection && OnlineStoreConfig?.StorageType !== "InMemory")
    return `${collection.FeatureName} is a ${collection.CollectionType}: collections need the storage type InMemory, under Stores.`;
  return undefined;
}
