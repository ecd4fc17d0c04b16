import {
  DescribeFeatureGroupCommand,
  type DescribeFeatureGroupResponse,
  type FeatureDefinition,
} from "@aws-sdk/client-sagemaker";
import { useQuery } from "@tanstack/react-query";
import { call } from "../api/command.ts";
import { detailKey } from "../frame/query.ts";
import { sagemaker } from "../services/sagemaker.ts";
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

export const readGroup = async (FeatureGroupName: string, signal?: AbortSignal): Promise<Group> =>
  groupOf(await call(sagemaker, DescribeFeatureGroupCommand, { FeatureGroupName }, signal));

/** Reads a group that a page has not read; none for the empty name. */
export const useGroup = (name: string) =>
  useQuery({
    queryKey: [...detailKey(groupKind, name), "group"],
    queryFn: ({ signal }) => readGroup(name, signal),
    enabled: name !== "",
  });

export const definitionOf = ({ features }: Group, name: string): FeatureDefinition | undefined =>
  features.find(({ FeatureName }) => FeatureName === name);
