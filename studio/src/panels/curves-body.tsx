import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { curvesQuery } from "../charts/job-curves.ts";
import { LineChart, prepareChart } from "../charts/line-chart.tsx";
import type { Series } from "../charts/series.ts";
import type { PanelProps } from "../declare/define-resource.ts";
import { Failure } from "../pages/failure.tsx";

/** Metrics of one name, of the train and the validation channel, share a chart: "train:rmse", "validation:rmse". */
export const chartsOf = (series: readonly Series[]): readonly [title: string, series: readonly Series[]][] => [
  ...Map.groupBy(series, ({ name }) => name.slice(name.indexOf(":") + 1)),
];

export default function CurvesBody({ item }: PanelProps) {
  useEffect(prepareChart, []);
  const { data, error } = useQuery(curvesQuery(item, 2_000));
  if (error) return <Failure error={error} />;
  if (!data) return <Spinner />;
  if (data.length === 0)
    return (
      <Box color="text-body-secondary">
        No metric has been written yet. A metric is what a regex of the job's metric definitions finds in its log.
      </Box>
    );
  return (
    <SpaceBetween size="l">
      {chartsOf(data).map(([title, series]) => (
        <LineChart key={title} title={title} series={series} x="step" />
      ))}
    </SpaceBetween>
  );
}
