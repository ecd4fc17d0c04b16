import { ListMetricsCommand, type Metric } from "@aws-sdk/client-cloudwatch";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api/command.ts";
import { MetricCharts } from "../charts/metric-charts.tsx";
import { defineRoom } from "../declare/define-room.ts";
import { Failure } from "../pages/failure.tsx";
import { cloudwatch } from "../services/cloudwatch.ts";

export const metrics = defineRoom({ title: "Metrics", area: "Observe", Page });

const statistics = ["Average", "Sum", "Minimum", "Maximum", "SampleCount", "p50", "p90", "p99"];
/** Metrics that are read and shown; a filter leads to the others. */
const mostMetrics = 5_000;
const mostRows = 100;

async function listMetrics(): Promise<readonly Metric[]> {
  const found: Metric[] = [];
  let NextToken: string | undefined;
  do {
    const page = await call(cloudwatch, ListMetricsCommand, { NextToken });
    found.push(...(page.Metrics ?? []));
    NextToken = page.NextToken;
  } while (NextToken && found.length < mostMetrics);
  return found;
}

const dimensionsOf = ({ Dimensions = [] }: Metric) =>
  Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name!, Value!]));
const wordsOf = (metric: Metric) =>
  `${metric.Namespace} ${metric.MetricName} ${Object.entries(dimensionsOf(metric))
    .map(([name, value]) => `${name}=${value}`)
    .join(" ")}`;

/** All metrics of CloudWatch; those that are selected share a chart. */
function Page() {
  const { data, error, isPending } = useQuery({ queryKey: ["metrics", "list"], queryFn: listMetrics });
  const [text, setText] = useState("");
  const [statistic, setStatistic] = useState("Average");
  const [selected, setSelected] = useState<readonly Metric[]>([]);
  if (error) return <Failure error={error} />;
  const words = text.toLowerCase().split(/\s+/);
  const found = (data ?? []).filter((metric) => words.every((word) => wordsOf(metric).toLowerCase().includes(word)));
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
            description="What jobs, endpoints and programs count and measure. Select some to see them."
            counter={data && `(${found.length})`}
          >
            Metrics
          </Header>
        }
        filter={
          <SpaceBetween direction="horizontal" size="s">
            <TextFilter
              filteringText={text}
              filteringPlaceholder="Words of a metric"
              filteringAriaLabel="Words of a metric"
              onChange={({ detail }) => setText(detail.filteringText)}
            />
            <Select
              ariaLabel="Statistic"
              selectedOption={{ value: statistic, label: statistic }}
              options={statistics.map((value) => ({ value, label: value }))}
              onChange={({ detail }) => setStatistic(detail.selectedOption.value!)}
            />
          </SpaceBetween>
        }
        items={found.slice(0, mostRows)}
        loading={isPending}
        loadingText="Reading metrics"
        trackBy={wordsOf}
        selectionType="multi"
        selectedItems={[...selected]}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems.slice(0, 10))}
        ariaLabels={{
          selectionGroupLabel: "Selection",
          allItemsSelectionLabel: () => "Select all",
          itemSelectionLabel: (_, metric) => `Select ${wordsOf(metric)}`,
          tableLabel: "Metrics",
        }}
        columnDefinitions={[
          { id: "name", header: "Metric", isRowHeader: true, cell: ({ MetricName }) => MetricName },
          { id: "namespace", header: "Namespace", cell: ({ Namespace }) => Namespace },
          {
            id: "dimensions",
            header: "Dimensions",
            cell: ({ Dimensions = [] }) => Dimensions.map(({ Name, Value }) => `${Name} = ${Value}`).join(", ") || "-",
          },
        ]}
        footer={
          found.length > mostRows && (
            <Box textAlign="center">{`${found.length - mostRows} more; filter to see them.`}</Box>
          )
        }
        empty={
          <Box textAlign="center" margin="l">
            <b>There are no metrics yet.</b> A job or an endpoint writes the first ones.
          </Box>
        }
      />
    </SpaceBetween>
  );
}
