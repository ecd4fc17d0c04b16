import { type Fault, validationFault } from "../../../aws/faults.ts";
import { parseS3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import type { Subject } from "../../../frame/define-kind.ts";
import type { CreateFeatureGroup } from "./feature-definition.ts";

export type OfflineStoreConfig = NonNullable<CreateFeatureGroup["OfflineStoreConfig"]>;
type Throughput = Partial<NonNullable<CreateFeatureGroup["ThroughputConfig"]>>;

/** Makes the refusal of a change that the group's status does not allow. */
export const groupRefusal =
  (change: string) =>
  ({ name, status }: Subject): Fault =>
    validationFault(`FeatureGroup ${name} has the status ${status} and cannot be ${change} now.`);

/** Checks the stores that a group asks for. @throws Fault */
export function checkStores(input: CreateFeatureGroup): void {
  const { OnlineStoreConfig: online, OfflineStoreConfig: offline, RoleArn } = input;
  if (!online?.EnableOnlineStore && !offline)
    throw validationFault(
      "A feature group needs a store: set OnlineStoreConfig.EnableOnlineStore to true, give an OfflineStoreConfig, or both.",
    );
  if (!online?.EnableOnlineStore)
    for (const member of ["TtlDuration", "StorageType", "SecurityConfig"] as const)
      if (online?.[member] !== undefined)
        throw validationFault(`OnlineStoreConfig.${member} needs OnlineStoreConfig.EnableOnlineStore to be true.`);
  checkThroughput(input.ThroughputConfig, input);
  if (!offline) return;
  if (RoleArn === undefined)
    throw validationFault("RoleArn is required with an OfflineStoreConfig: the offline store is written as that role.");
  checkOffline(input, offline);
}

function checkOffline(input: CreateFeatureGroup, offline: OfflineStoreConfig): void {
  const { S3StorageConfig: storage, DataCatalogConfig: catalog } = offline;
  const url = storage?.S3Uri;
  if (url === undefined || !url.startsWith("s3://") || !parseS3Location(url)?.bucket)
    throw validationFault(
      `OfflineStoreConfig.S3StorageConfig.S3Uri is ${JSON.stringify(url ?? "")}; it must be s3://BUCKET or s3://BUCKET/PREFIX.`,
    );
  if (catalog)
    for (const member of ["TableName", "Catalog", "Database"] as const)
      if (!catalog[member]) throw validationFault(`OfflineStoreConfig.DataCatalogConfig.${member} is missing.`);
  if (offline.TableFormat !== "Iceberg") return;
  if (offline.DisableGlueTableCreation)
    throw validationFault(
      "TableFormat Iceberg needs DisableGlueTableCreation to be false: the catalog holds the table.",
    );
  const time = input.FeatureDefinitions?.find(({ FeatureName }) => FeatureName === input.EventTimeFeatureName);
  if (time?.FeatureType !== "String")
    throw validationFault(
      `TableFormat Iceberg needs an event time with FeatureType String, not ${time?.FeatureType ?? "none"}.`,
    );
}

const units = ["ProvisionedReadCapacityUnits", "ProvisionedWriteCapacityUnits"] as const;

/** Checks throughput, which is kept and answered: nothing is throttled here. @throws Fault */
export function checkThroughput(
  throughput: Throughput | undefined,
  { OnlineStoreConfig: online }: Pick<CreateFeatureGroup, "OnlineStoreConfig">,
): void {
  if (!throughput) return;
  if (throughput.ThroughputMode !== "Provisioned") {
    const given = units.find((member) => throughput[member] !== undefined);
    if (given) throw validationFault(`ThroughputConfig.${given} is for ThroughputMode Provisioned, not OnDemand.`);
    return;
  }
  if (online?.StorageType === "InMemory")
    throw validationFault(
      "ThroughputMode Provisioned is not for an online store with StorageType InMemory; use OnDemand.",
    );
  const needed = online?.EnableOnlineStore ? units : (["ProvisionedWriteCapacityUnits"] as const);
  const missing = needed.find((member) => throughput[member] === undefined);
  if (missing) throw validationFault(`ThroughputMode Provisioned needs ThroughputConfig.${missing}.`);
}

/** Returns the offline store with the folder and the table that it gets. */
export function resolvedOffline(
  { FeatureGroupName: name, OfflineStoreConfig: offline }: CreateFeatureGroup,
  { account, region }: Pick<Context, "account" | "region">,
  createdEpoch: number,
): OfflineStoreConfig | undefined {
  if (!offline) return undefined;
  const root = offline.S3StorageConfig!.S3Uri!.replace(/\/+$/, "");
  const folder = `${account}/sagemaker/${region}/offline-store/${name}-${createdEpoch}/data`;
  const table = {
    TableName: `${name!.toLowerCase().replaceAll("-", "_")}_${createdEpoch}`,
    Catalog: "AwsDataCatalog",
    Database: "sagemaker_featurestore",
  };
  return {
    ...offline,
    S3StorageConfig: { ...offline.S3StorageConfig!, ResolvedOutputS3Uri: `${root}/${folder}` },
    DisableGlueTableCreation: offline.DisableGlueTableCreation ?? false,
    DataCatalogConfig: offline.DataCatalogConfig ?? (offline.DisableGlueTableCreation ? undefined : table),
  };
}
