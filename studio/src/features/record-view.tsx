import { GetRecordCommand } from "@aws-sdk/client-sagemaker-featurestore-runtime";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call, operationOf } from "../api/command.ts";
import { CallLines } from "../calls/call-lines.tsx";
import { Failure } from "../pages/failure.tsx";
import { featureStoreRuntime } from "../services/sagemaker-featurestore-runtime.ts";
import { visibleName, visibleText } from "../values/visible.ts";
import { DeleteRecord } from "./delete-record.tsx";
import { definitionOf, type Group } from "./group.ts";
import { recordKind } from "./record-kind.ts";
import { type RecordTexts, textsOf, typeOf } from "./record-values.ts";

interface Props {
  readonly group: Group;
  readonly identifier: string;
  readonly onEdit: (start: RecordTexts) => void;
}

/** A record as the online store has it now, with what can be done to it. */
export function RecordView({ group, identifier, onEdit }: Props) {
  const [isDeleting, setDeleting] = useState(false);
  const input = {
    FeatureGroupName: group.name,
    RecordIdentifierValueAsString: identifier,
    ExpirationTimeResponse: "Enabled" as const,
  };
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: [recordKind, group.name, "one", identifier],
    queryFn: ({ signal }) => call(featureStoreRuntime, GetRecordCommand, input, signal),
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Spinner />;
  const { Record: record, ExpiresAt } = data;
  const texts: RecordTexts = record ? textsOf(record) : { [group.identifier]: identifier };
  return (
    <SpaceBetween size="m">
      <Table
        variant="embedded"
        wrapLines
        items={record ?? []}
        ariaLabels={{ tableLabel: `Record ${identifier}` }}
        header={
          <Header
            variant="h3"
            description={
              record && (ExpiresAt ? `It is there until ${ExpiresAt}.` : "It has no time to live: it stays.")
            }
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="refresh"
                  ariaLabel="Read the record again"
                  loading={isFetching}
                  onClick={() => void refetch()}
                />
                <Button onClick={() => onEdit(texts)}>{record ? "Put it anew" : "Put it"}</Button>
                <Button onClick={() => setDeleting(true)}>Delete</Button>
              </SpaceBetween>
            }
          >
            {visibleName(identifier)}
          </Header>
        }
        columnDefinitions={[
          { id: "name", header: "Feature", isRowHeader: true, minWidth: 120, cell: ({ FeatureName }) => FeatureName },
          {
            id: "value",
            header: "Value",
            minWidth: 140,
            cell: ({ ValueAsString, ValueAsStringList }) =>
              visibleText(ValueAsString ?? (ValueAsStringList ?? []).join(", ")),
          },
          {
            id: "type",
            header: "Type",
            minWidth: 110,
            cell: ({ FeatureName = "" }) => {
              const definition = definitionOf(group, FeatureName);
              return definition ? typeOf(definition) : "-";
            },
          },
        ]}
        empty={<Box color="text-body-secondary">The online store has no such record now.</Box>}
      />
      {isDeleting && <DeleteRecord group={group} identifier={identifier} onEnd={() => setDeleting(false)} />}
      <CallLines service={featureStoreRuntime} calls={[{ operation: operationOf(GetRecordCommand), input }]} />
    </SpaceBetween>
  );
}
