import {
  CreateFeatureGroupCommand,
  DeleteFeatureGroupCommand,
  DescribeFeatureGroupCommand,
  ListFeatureGroupsCommand,
  UpdateFeatureGroupCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { sagemaker } from "../services/sagemaker.ts";

const historyOf = ({ OfflineStoreConfig }: { readonly OfflineStoreConfig?: unknown }): string => {
  const { DataCatalogConfig } = (OfflineStoreConfig ?? {}) as {
    readonly DataCatalogConfig?: { readonly Database?: string; readonly TableName?: string };
  };
  const { Database = "", TableName = "" } = DataCatalogConfig ?? {};
  return `/table/${encodeURIComponent(`${Database}/${TableName}`)}`;
};

/** The store of a clone: it gets a folder and a table of its own. */
function anew(store: unknown): object | undefined {
  if (store === undefined) return undefined;
  const {
    DataCatalogConfig: _,
    S3StorageConfig,
    ...rest
  } = store as {
    readonly DataCatalogConfig?: object;
    readonly S3StorageConfig?: { readonly S3Uri?: string };
  };
  return { ...rest, S3StorageConfig: { S3Uri: S3StorageConfig?.S3Uri } };
}

export const featureGroup = defineResource({
  service: sagemaker,
  kind: "sagemaker/feature-group",
  title: "Feature group",
  plural: "Feature groups",
  area: "Features",
  words: "Features that belong together: the latest record of each identifier, and their history.",
  name: "FeatureGroupName",
  arn: "FeatureGroupArn",
  status: "FeatureGroupStatus",
  list: ListFeatureGroupsCommand,
  filters: [{ member: "NameContains" }],
  columns: ["FeatureGroupName", "FeatureGroupStatus", "OfflineStoreStatus.Status", "CreationTime"],
  describe: DescribeFeatureGroupCommand,
  sections: [
    {
      title: "Group",
      members: [
        "Description",
        "RecordIdentifierFeatureName",
        "EventTimeFeatureName",
        "CreationTime",
        "LastModifiedTime",
        "RoleArn",
        "FailureReason",
      ],
    },
    { title: "Features", members: ["FeatureDefinitions"] },
    { title: "Online store", members: ["OnlineStoreConfig", "ThroughputConfig"] },
    { title: "Offline store", members: ["OfflineStoreStatus", "OfflineStoreConfig"] },
  ],
  actions: [
    {
      title: "Add features",
      command: UpdateFeatureGroupCommand,
      leaves: true,
      input: ({ ThroughputConfig }, FeatureGroupName) => ({ FeatureGroupName, ThroughputConfig }),
      form: [
        { title: "Definitions, which are never removed", fields: ["FeatureAdditions"] },
        { title: "Throughput", fields: ["ThroughputConfig.ThroughputMode"] },
      ],
    },
    { title: "Table of its history", to: historyOf },
  ],
  create: CreateFeatureGroupCommand,
  again: ({ OfflineStoreConfig, ...item }) => ({ ...item, OfflineStoreConfig: anew(OfflineStoreConfig) }),
  start: () => ({ OnlineStoreConfig: { EnableOnlineStore: true } }),
  form: [
    {
      title: "Group",
      fields: [
        { member: "FeatureGroupName", isName: true },
        "Description",
        "RecordIdentifierFeatureName",
        "EventTimeFeatureName",
        "RoleArn",
      ],
    },
    { title: "Features", fields: ["FeatureDefinitions"] },
    {
      title: "Stores",
      fields: ["OnlineStoreConfig.EnableOnlineStore", "OfflineStoreConfig.S3StorageConfig.S3Uri"],
    },
  ],
  delete: DeleteFeatureGroupCommand,
  deleteWords: "The records of the online store go at once. Files and table of the offline store stay.",
});
