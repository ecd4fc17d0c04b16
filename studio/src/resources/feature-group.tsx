import {
  CreateFeatureGroupCommand,
  DeleteFeatureGroupCommand,
  DescribeFeatureGroupCommand,
  type FeatureGroup,
  SearchCommand,
  UpdateFeatureGroupCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { AdditionsEditor } from "../features/definitions-editor.tsx";
import { groupForm } from "../features/group-form.ts";
import { groupStatuses, groupWhere } from "../features/group-where.ts";
import { groupFeatures } from "../panels/group-features.tsx";
import { records } from "../panels/records.tsx";
import { sagemaker } from "../services/sagemaker.ts";

const historyOf = ({ OfflineStoreConfig }: { readonly OfflineStoreConfig?: unknown }): string => {
  const { DataCatalogConfig } = (OfflineStoreConfig ?? {}) as {
    readonly DataCatalogConfig?: { readonly Database?: string; readonly TableName?: string };
  };
  const { Database = "", TableName = "" } = DataCatalogConfig ?? {};
  return `/table/${encodeURIComponent(`${Database}/${TableName}`)}`;
};

const noHistory = ({ OfflineStoreConfig }: { readonly OfflineStoreConfig?: unknown }) =>
  OfflineStoreConfig === undefined ? "The group has no offline store" : undefined;

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

export const featureGroup = defineResource<
  typeof SearchCommand,
  typeof DescribeFeatureGroupCommand,
  typeof CreateFeatureGroupCommand,
  FeatureGroup
>({
  service: sagemaker,
  kind: "sagemaker/feature-group",
  title: "Feature group",
  plural: "Feature groups",
  area: "Features",
  words: "Features that belong together: the latest record of each identifier, and their history.",
  name: "FeatureGroupName",
  arn: "FeatureGroupArn",
  status: "FeatureGroupStatus",
  list: SearchCommand,
  search: { resource: "FeatureGroup", where: groupWhere },
  filters: [
    { member: "FeatureGroupName", title: "Name contains" },
    { member: "FeatureGroupStatus", title: "Status", values: groupStatuses },
    { member: "FeatureDefinitions", title: "Has the feature" },
    { member: "Tags", title: "Tag: key, or key=value" },
  ],
  columns: [
    "FeatureGroupName",
    "FeatureGroupStatus",
    "Description",
    { member: "OfflineStoreStatus.Status", title: "Offline store" },
    "CreationTime",
  ],
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
    { title: "Online store", members: ["OnlineStoreConfig", "ThroughputConfig"] },
    { title: "Offline store", members: ["OfflineStoreStatus", "OfflineStoreConfig"] },
  ],
  panels: [groupFeatures, records],
  actions: [
    {
      title: "Add features",
      command: UpdateFeatureGroupCommand,
      leaves: true,
      input: ({ ThroughputConfig }, FeatureGroupName) => ({ FeatureGroupName, ThroughputConfig }),
      form: [
        {
          title: "Definitions, which are never removed",
          fields: [{ member: "FeatureAdditions", as: AdditionsEditor }],
        },
        { title: "Throughput", fields: ["ThroughputConfig.ThroughputMode"] },
      ],
    },
    {
      title: "Make a dataset",
      to: (_, name) => `/feature-dataset?base=${encodeURIComponent(name)}`,
      refused: noHistory,
    },
    { title: "Table of its history", to: historyOf, refused: noHistory },
  ],
  create: CreateFeatureGroupCommand,
  again: ({ OfflineStoreConfig, ...item }) => ({ ...item, OfflineStoreConfig: anew(OfflineStoreConfig) }),
  start: () => ({ OnlineStoreConfig: { EnableOnlineStore: true } }),
  form: groupForm,
  delete: DeleteFeatureGroupCommand,
  deleteWords: "The records of the online store go at once. Files and table of the offline store stay.",
});
