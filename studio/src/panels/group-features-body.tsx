import { type FeatureMetadata, SearchCommand } from "@aws-sdk/client-sagemaker";
import Badge from "@cloudscape-design/components/badge";
import { call } from "../api/command.ts";
import { nameIn } from "../catalog/named-in.ts";
import { PagedTable } from "../catalog/paged-table.tsx";
import type { PanelProps } from "../declare/define-resource.ts";
import { definitionOf, groupOf } from "../features/group.ts";
import { typeOf } from "../features/record-values.ts";
import { allOf, contains, equals } from "../features/search-where.ts";
import { detailAddress } from "../frame/screens.ts";
import { sagemaker } from "../services/sagemaker.ts";
import { PageLink } from "../values/page-link.tsx";
import { Value } from "../values/value.tsx";

const where = allOf(equals("FeatureGroupName"), contains("FeatureName"));

export default function GroupFeaturesBody({ item, name }: PanelProps) {
  const group = groupOf(item);
  const typeIn = (feature: string) => {
    const definition = definitionOf(group, feature);
    return definition && typeOf(definition);
  };
  return (
    <PagedTable<FeatureMetadata>
      title="Features"
      kind="sagemaker/feature-metadata"
      name={name}
      filter="Name contains"
      read={async (FeatureName, NextToken, signal) => {
        const output = await call(
          sagemaker,
          SearchCommand,
          {
            Resource: "FeatureMetadata",
            SearchExpression: where({ FeatureGroupName: group.name, FeatureName }),
            ...{ SortBy: "FeatureName", SortOrder: "Ascending", MaxResults: 100, NextToken },
          },
          signal,
        );
        return { rows: (output.Results ?? []).flatMap((one) => one.FeatureMetadata ?? []), next: output.NextToken };
      }}
      columns={[
        [
          "Name",
          ({ FeatureName = "" }) => (
            <>
              <PageLink to={detailAddress("feature", nameIn(group.name, FeatureName))}>{FeatureName}</PageLink>{" "}
              {FeatureName === group.identifier && <Badge>record identifier</Badge>}
              {FeatureName === group.eventTime && <Badge>event time</Badge>}
            </>
          ),
        ],
        ["Type", ({ FeatureName = "", FeatureType }) => typeIn(FeatureName) ?? FeatureType],
        ["Description", ({ Description }) => <Value value={Description} member="" />],
        [
          "Parameters",
          ({ Parameters = [] }) => (
            <Value value={Object.fromEntries(Parameters.map(({ Key, Value: text }) => [Key, text]))} member="" />
          ),
        ],
      ]}
      empty="The group has no features yet."
    />
  );
}
