import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "../pages/failure.tsx";
import { LineChart } from "./line-chart.tsx";
import { type MetricQuery, ranges, readMetrics } from "./read-metrics.ts";

export interface MetricChart {
  readonly title: string;
  readonly unit?: string;
  readonly queries: readonly MetricQuery[];
}

/** Metrics of CloudWatch over time, a chart each; they are read again every ten seconds. */
export function MetricCharts({ charts, empty }: { readonly charts: readonly MetricChart[]; readonly empty: string }) {
  const [title, setTitle] = useState(ranges[0]!.title);
  const range = ranges.find((one) => one.title === title)!;
  const { data, error } = useQuery({
    queryKey: ["metrics", charts, title],
    queryFn: () => Promise.all(charts.map(({ queries }) => readMetrics(queries, range))),
    refetchInterval: 10_000,
  });
  const filled = charts.flatMap((chart, index) => {
    const series = (data?.[index] ?? []).filter(({ points }) => points.length > 0);
    return series.length > 0 ? [{ ...chart, series }] : [];
  });
  return (
    <SpaceBetween size="m">
      <SegmentedControl
        label="Time range"
        selectedId={title}
        options={ranges.map((one) => ({ id: one.title, text: one.title }))}
        onChange={({ detail }) => setTitle(detail.selectedId)}
      />
      {error ? (
        <Failure error={error} />
      ) : !data ? (
        <Spinner />
      ) : filled.length === 0 ? (
        <Box color="text-body-secondary">{empty}</Box>
      ) : null}
      <ColumnLayout columns={filled.length > 1 ? 2 : 1}>
        {filled.map((chart) => (
          <LineChart key={chart.title} title={chart.title} unit={chart.unit} series={chart.series} x="time" />
        ))}
      </ColumnLayout>
    </SpaceBetween>
  );
}
