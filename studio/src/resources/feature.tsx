import { DescribeFeatureMetadataCommand, type FeatureMetadata, SearchCommand } from "@aws-sdk/client-sagemaker";
import { namedIn } from "../catalog/named-in.ts";
import { defineResource } from "../declare/define-resource.ts";
import { allGroups } from "../features/all-groups.ts";
import { metadataEdit } from "../features/metadata-edit.ts";
import { allOf, contains, equals, keyed } from "../features/search-where.ts";
import { featureStatistics } from "../panels/feature-statistics.tsx";
import { sagemaker } from "../services/sagemaker.ts";

const named = namedIn("FeatureGroupName", "FeatureName");

export const feature = defineResource<
  typeof SearchCommand,
  typeof DescribeFeatureMetadataCommand,
  typeof SearchCommand,
  FeatureMetadata
>({
  service: sagemaker,
  kind: "sagemaker/feature-metadata",
  title: "Feature",
  plural: "Features",
  area: "Features",
  words: "What models learn from and are asked with, in all groups: found by name, type, group and what is said of it.",
  name: "FeatureName",
  named,
  list: SearchCommand,
  search: {
    resource: "FeatureMetadata",
    where: allOf(contains("FeatureName"), equals("FeatureType"), equals("FeatureGroupName"), keyed("Parameters")),
  },
  filters: [
    { member: "FeatureName", title: "Name contains" },
    { member: "FeatureType", title: "Type", values: ["Integral", "Fractional", "String"] },
    { member: "FeatureGroupName", title: "Group", choices: allGroups },
    { member: "Parameters", title: "Parameter: key, or key=value" },
  ],
  columns: [
    "FeatureName",
    { member: "FeatureType", title: "Type" },
    { member: "FeatureGroupName", title: "Group" },
    "Description",
    "LastModifiedTime",
  ],
  describe: DescribeFeatureMetadataCommand,
  sections: [
    {
      title: "Feature",
      members: ["FeatureType", "FeatureGroupName", "Description", "Parameters", "CreationTime", "LastModifiedTime"],
    },
  ],
  panels: [featureStatistics],
  actions: [metadataEdit],
});
