import { ListMetricsCommand, type Metric } from "@aws-sdk/client-cloudwatch";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { call } from "../api/command.ts";
import { MetricCharts } from "../charts/metric-charts.tsx";
import { defineRoom } from "../declare/define-room.ts";
import { AddressFilter } from "../pages/address-filter.tsx";
import { Failure } from "../pages/failure.tsx";
import { cloudwatch } from "../services/cloudwatch.ts";
import { Cut } from "../values/cut.tsx";
import { visibleName } from "../values/visible.ts";

export const metrics = defineRoom({ title: "Metrics", area: "Observe", Page });

const statistics = ["Average", "Sum", "Minimum", "Maximum", "SampleCount", "p50", "p90", "p99"];
/** Metrics that are read, shown in rows, and drawn in a chart. */
const mostMetrics = 5_000;
const mostRows = 100;
const mostLines = 10;

interface Found {
  readonly metrics: readonly Metric[];
  readonly isAll: boolean;
}

async function listMetrics(): Promise<Found> {
  const found: Metric[] = [];
  let NextToken: string | undefined;
  do {
    const page = await call(cloudwatch, ListMetricsCommand, { NextToken });
    found.push(...(page.Metrics ?? []));
    NextToken = page.NextToken;
  } while (NextToken && found.length < mostMetrics);
  return { metrics: found, isAll: NextToken === undefined };
}

const dimensionsOf = ({ Dimensions = [] }: Metric) =>
  Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name!, Value!]));
const wordsOf = (metric: Metric) =>
  `${metric.Namespace} ${metric.MetricName} ${Object.entries(dimensionsOf(metric))
    .map(([name, value]) => `${name}=${value}`)
    .join(" ")}`;

const Name = ({ text }: { readonly text: string }) => <Cut text={text}>{visibleName(text)}</Cut>;

/** All metrics of CloudWatch; those that are selected share a chart. The address says words and statistic. */
function Page() {
  const { data, error, isPending, refetch } = useQuery({ queryKey: ["metrics", "list"], queryFn: listMetrics });
  const [search, setSearch] = useSearchParams();
  const [selected, setSelected] = useState<readonly Metric[]>([]);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const text = search.get("words") ?? "";
  const statistic = statistics.find((one) => one === search.get("statistic")) ?? statistics[0]!;
  const say = (name: string, value: string) =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      value === "" ? after.delete(name) : after.set(name, value);
      return after;
    });
  const words = text.toLowerCase().split(/\s+/);
  const found = (data?.metrics ?? []).filter((metric) =>
    words.every((word) => wordsOf(metric).toLowerCase().includes(word)),
  );
  const chosen = new Set(selected.map(wordsOf));
  const queries = selected.map((metric) => ({
    name: wordsOf(metric).slice(metric.Namespace!.length + 1),
    namespace: metric.Namespace!,
    metric: metric.MetricName!,
    dimensions: dimensionsOf(metric),
    statistic,
  }));
  return (
    <SpaceBetween size="l">
      {selected.length > 0 && (
        <Container header={<Header variant="h2">{statistic}</Header>}>
          <MetricCharts
            charts={[{ title: selected.map(({ MetricName }) => MetricName).join(", "), queries }]}
            empty="There are no values in this time."
            choosesPeriod
          />
        </Container>
      )}
      <Table
        variant="full-page"
        header={
          <Header
            variant="awsui-h1-sticky"
            description={`What jobs, endpoints and programs count and measure. Select up to ${mostLines} to see them.`}
            counter={data && `(${found.length})`}
          >
            Metrics
          </Header>
        }
        filter={
          <SpaceBetween direction="horizontal" size="s">
            <AddressFilter label="Words of a metric" value={text} onChange={(typed) => say("words", typed)} />
            <Select
              ariaLabel="Statistic"
              selectedOption={{ value: statistic, label: statistic }}
              options={statistics.map((value) => ({ value, label: value }))}
              onChange={({ detail }) => say("statistic", detail.selectedOption.value!)}
            />
          </SpaceBetween>
        }
        items={found.slice(0, mostRows)}
        loading={isPending}
        loadingText="Reading metrics"
        trackBy={wordsOf}
        selectionType="multi"
        selectedItems={[...selected]}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems.slice(0, mostLines))}
        isItemDisabled={(metric) => chosen.size >= mostLines && !chosen.has(wordsOf(metric))}
        ariaLabels={{
          selectionGroupLabel: "Selection",
          allItemsSelectionLabel: () => "Select all",
          itemSelectionLabel: (_, metric) => `Select ${wordsOf(metric)}`,
          tableLabel: "Metrics",
        }}
        columnDefinitions={[
          {
            id: "name",
            header: "Metric",
            isRowHeader: true,
            cell: ({ MetricName = "" }) => <Name text={MetricName} />,
          },
          { id: "namespace", header: "Namespace", cell: ({ Namespace = "" }) => <Name text={Namespace} /> },
          {
            id: "dimensions",
            header: "Dimensions",
            cell: (metric) => (
              <Name
                text={
                  Object.entries(dimensionsOf(metric))
                    .map(([name, value]) => `${name} = ${value}`)
                    .join(", ") || "-"
                }
              />
            ),
          },
        ]}
        footer={
          (found.length > mostRows || data?.isAll === false) && (
            <Box textAlign="center">
              {found.length > mostRows && `${found.length - mostRows} more; filter to see them. `}
              {data?.isAll === false && `There are more than ${mostMetrics} metrics: these are of the first.`}
            </Box>
          )
        }
        empty={
          <Box textAlign="center" margin="l">
            {text === "" ? (
              <>
                <b>There are no metrics yet.</b> A job or an endpoint writes the first ones.
              </>
            ) : (
              <b>No metric matches.</b>
            )}
          </Box>
        }
      />
    </SpaceBetween>
  );
}
