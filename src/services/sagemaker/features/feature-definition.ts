import { type Fault, validationFault } from "../../../aws/faults.ts";
import type { InputOf } from "../../../wire/operations.ts";

export type CreateFeatureGroup = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateFeatureGroup">;
export type FeatureDefinition = NonNullable<CreateFeatureGroup["FeatureDefinitions"]>[number];
export type FeatureType = NonNullable<FeatureDefinition["FeatureType"]>;

type Stores = Pick<CreateFeatureGroup, "OfflineStoreConfig" | "OnlineStoreConfig">;

export const mostDefinitions = 2_500;
/** Columns that the offline store adds. */
const reserved = ["is_deleted", "write_time", "api_invocation_time"];

/** Columns by which the table of an offline store is partitioned, unless it is one of Iceberg. */
const partitions = ["year", "month", "day", "hour"];

/**
 * Checks definitions that are added to those that a group has. @throws Fault
 */
export function checkDefinitions(
  added: readonly FeatureDefinition[],
  present: readonly FeatureDefinition[],
  { OfflineStoreConfig: offline, OnlineStoreConfig: online }: Stores,
): void {
  if (added.length + present.length > mostDefinitions)
    throw validationFault(
      `A feature group has at most ${mostDefinitions} feature definitions; this one would have ${added.length + present.length}.`,
    );
  const names = new Set(present.map(({ FeatureName }) => FeatureName!.toLowerCase()));
  for (const definition of added) {
    const { FeatureName: name, FeatureType } = definition;
    if (name === undefined || FeatureType === undefined)
      throw validationFault("Every feature definition needs a FeatureName and a FeatureType.");
    if (reserved.includes(name.toLowerCase()))
      throw validationFault(
        `The feature name ${name} is reserved: the offline store adds the columns ${reserved.join(", ")}. Choose another name.`,
      );
    if (offline && offline.TableFormat !== "Iceberg" && partitions.includes(name.toLowerCase()))
      throw validationFault(
        `The feature name ${name} is that of a partition: the offline store's table has ${partitions.join(", ")}. Choose another name, or TableFormat Iceberg.`,
      );
    // The offline store's columns are in lower case.
    if (names.has(name.toLowerCase()))
      throw validationFault(
        `The feature ${name} is defined twice: names of features differ in more than the case of letters. A definition that is there is neither changed nor removed.`,
      );
    names.add(name.toLowerCase());
    const refusal = refusedCollection(definition, online?.StorageType);
    if (refusal) throw refusal;
  }
}

function refusedCollection(definition: FeatureDefinition, storageType: string | undefined): Fault | undefined {
  const { FeatureName: name, FeatureType, CollectionType, CollectionConfig } = definition;
  const vector = CollectionConfig?.VectorConfig;
  if (CollectionType === undefined)
    return CollectionConfig && validationFault(`CollectionConfig of the feature ${name} needs CollectionType Vector.`);
  if (storageType !== "InMemory")
    return validationFault(
      `The feature ${name} has CollectionType ${CollectionType}, which needs an online store with StorageType InMemory, not ${storageType ?? "Standard"}.`,
    );
  if (CollectionType !== "Vector")
    return (
      CollectionConfig &&
      validationFault(`CollectionConfig of the feature ${name} is for CollectionType Vector, not ${CollectionType}.`)
    );
  if (FeatureType !== "Fractional")
    return validationFault(`The vector ${name} has FeatureType ${FeatureType}; vectors have FeatureType Fractional.`);
  if (vector?.Dimension === undefined)
    return validationFault(`The vector ${name} needs CollectionConfig.VectorConfig.Dimension, from 1 to 8192.`);
  return undefined;
}

/** Checks the features that name a record and its time. @throws Fault */
export function checkKeyFeatures(
  { RecordIdentifierFeatureName: identifier, EventTimeFeatureName: eventTime }: CreateFeatureGroup,
  definitions: readonly FeatureDefinition[],
): void {
  const defined = (member: string, name: string | undefined) => {
    const found = definitions.find(({ FeatureName }) => FeatureName === name);
    if (!found) throw validationFault(`${member} ${name} is not among FeatureDefinitions.`);
    if (found.CollectionType !== undefined)
      throw validationFault(`${member} ${name} has CollectionType ${found.CollectionType}; it must be a single value.`);
    return found;
  };
  defined("RecordIdentifierFeatureName", identifier);
  const time = defined("EventTimeFeatureName", eventTime);
  if (identifier === eventTime)
    throw validationFault(
      `The feature ${identifier} cannot be both RecordIdentifierFeatureName and EventTimeFeatureName.`,
    );
  if (time.FeatureType === "Integral")
    throw validationFault(
      `EventTimeFeatureName ${eventTime} has FeatureType Integral; an event time is String or Fractional.`,
    );
}
