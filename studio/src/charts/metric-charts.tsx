import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "../pages/failure.tsx";
import { duration } from "../values/format.ts";
import { LineChart } from "./line-chart.tsx";
import { type MetricQuery, periodsOf, ranges, readMetrics } from "./read-metrics.ts";

export interface MetricChart {
  readonly title: string;
  readonly unit?: string | undefined;
  readonly threshold?: number | undefined;
  readonly queries: readonly MetricQuery[];
}

interface Props {
  readonly charts: readonly MetricChart[];
  readonly empty: string;
  /** Whether the length of a point can be chosen; else it follows from the range. */
  readonly choosesPeriod?: boolean;
  /** The length of a point in seconds, where one screen can hold as many as that makes. */
  readonly periodSeconds?: number | undefined;
}

/** Metrics of CloudWatch over time, a chart each; they are read again every ten seconds. */
export function MetricCharts({ charts, empty, choosesPeriod = false, periodSeconds }: Props) {
  const [title, setTitle] = useState(ranges[0]!.title);
  const [chosen, setChosen] = useState(periodSeconds);
  const known = ranges.find((one) => one.title === title)!;
  const periods = periodsOf(known);
  const range = { ...known, periodSeconds: periods.find((one) => one === chosen) ?? known.periodSeconds };
  const periodOptions = periods.map((seconds) => ({
    value: String(seconds),
    label: `A point each ${duration(seconds)}`,
  }));
  const { data, error } = useQuery({
    queryKey: ["metrics", charts, range],
    queryFn: () => Promise.all(charts.map(({ queries }) => readMetrics(queries, range))),
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });
  const filled = charts.flatMap((chart, index) => {
    const series = (data?.[index] ?? []).filter(({ points }) => points.length > 0);
    return series.length > 0 ? [{ ...chart, series }] : [];
  });
  return (
    <SpaceBetween size="m">
      <SpaceBetween direction="horizontal" size="s">
        <SegmentedControl
          label="Time range"
          selectedId={title}
          options={ranges.map((one) => ({ id: one.title, text: one.title }))}
          onChange={({ detail }) => setTitle(detail.selectedId)}
        />
        {choosesPeriod && (
          <Select
            ariaLabel="Period"
            selectedOption={periodOptions.find(({ value }) => value === String(range.periodSeconds))!}
            options={periodOptions}
            onChange={({ detail }) => setChosen(Number(detail.selectedOption.value))}
          />
        )}
      </SpaceBetween>
      {error ? (
        <Failure error={error} />
      ) : !data ? (
        <Spinner />
      ) : filled.length === 0 ? (
        <Box color="text-body-secondary">{empty}</Box>
      ) : null}
      <ColumnLayout columns={filled.length > 1 ? 2 : 1}>
        {filled.map((chart) => (
          <LineChart key={chart.title} {...chart} x="time" />
        ))}
      </ColumnLayout>
    </SpaceBetween>
  );
}
