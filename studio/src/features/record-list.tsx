import { ListRecordsCommand } from "@aws-sdk/client-sagemaker-featurestore-runtime";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { call, operationOf } from "../api/command.ts";
import { CallLines } from "../calls/call-lines.tsx";
import { Failure } from "../pages/failure.tsx";
import { PageTurner } from "../pages/page-turner.tsx";
import { usePages } from "../pages/use-pages.ts";
import { featureStoreRuntime } from "../services/sagemaker-featurestore-runtime.ts";
import { visibleName } from "../values/visible.ts";
import type { Group } from "./group.ts";
import { recordKind } from "./record-kind.ts";

interface Props {
  readonly group: Group;
  readonly onShow: (identifier: string) => void;
}

/** The identifiers of the records that are in the online store, a hundred a page. Nothing tells of their changes. */
export function RecordList({ group: { identifier, name }, onShow }: Props) {
  const input = { FeatureGroupName: name, MaxResults: 100 };
  const pages = usePages<string>({
    query: [recordKind, name],
    async read(NextToken, signal) {
      const output = await call(featureStoreRuntime, ListRecordsCommand, { ...input, NextToken }, signal);
      return { rows: output.RecordIdentifiers ?? [], next: output.NextToken };
    },
  });
  return (
    <SpaceBetween size="m">
      <Table
        variant="embedded"
        items={pages.rows}
        loading={pages.isLoading}
        loadingText="Reading records"
        ariaLabels={{ tableLabel: "Records" }}
        header={
          <Header
            variant="h3"
            description="Those that the online store has now, by their identifiers."
            actions={<Button iconName="refresh" ariaLabel="Read records again" onClick={pages.refetch} />}
          >
            Records
          </Header>
        }
        columnDefinitions={[
          {
            id: "identifier",
            header: identifier,
            isRowHeader: true,
            cell: (one) => (
              <Link
                href={`?${new URLSearchParams({ tab: "Records", record: one })}`}
                onFollow={(event) => {
                  event.preventDefault();
                  onShow(one);
                }}
              >
                {visibleName(one)}
              </Link>
            ),
          },
        ]}
        pagination={<PageTurner pages={pages} of="records" />}
        empty={
          pages.error ? (
            <Failure error={pages.error} retry={pages.refetch} />
          ) : (
            <Box color="text-body-secondary">The online store has no record yet.</Box>
          )
        }
      />
      <CallLines
        service={featureStoreRuntime}
        calls={[{ operation: operationOf(ListRecordsCommand), input: { ...input, NextToken: pages.token } }]}
      />
    </SpaceBetween>
  );
}
