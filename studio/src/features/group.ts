import type { DescribeFeatureGroupResponse, FeatureDefinition } from "@aws-sdk/client-sagemaker";
import { quotedName } from "./quoted-name.ts";

export const groupKind = "sagemaker/feature-group";

/** A feature group as pages read and write its records. */
export interface Group {
  readonly name: string;
  readonly identifier: string;
  readonly eventTime: string;
  readonly features: readonly FeatureDefinition[];
  readonly hasOnline: boolean;
  readonly hasOffline: boolean;
  /** Its history in the Data Catalog; absent where it has none there. */
  readonly table?: GroupTable;
}

export interface GroupTable {
  readonly database: string;
  /** As statements name it: "database"."table". */
  readonly name: string;
}

export function groupOf(item: Partial<DescribeFeatureGroupResponse>): Group {
  const { Database, TableName } = item.OfflineStoreConfig?.DataCatalogConfig ?? {};
  return {
    name: item.FeatureGroupName ?? "",
    identifier: item.RecordIdentifierFeatureName ?? "",
    eventTime: item.EventTimeFeatureName ?? "",
    features: item.FeatureDefinitions ?? [],
    hasOnline: item.OnlineStoreConfig?.EnableOnlineStore === true,
    hasOffline: item.OfflineStoreConfig !== undefined,
    ...(Database &&
      TableName && { table: { database: Database, name: `${quotedName(Database)}.${quotedName(TableName)}` } }),
  };
}

export const definitionOf = ({ features }: Group, name: string): FeatureDefinition | undefined =>
  features.find(({ FeatureName }) => FeatureName === name);
