import { type MetricChart, MetricCharts } from "../charts/metric-charts.tsx";

const rows = [
  ["Processor", "CPUUtilization"],
  ["Memory", "MemoryUtilization"],
  ["Disk", "DiskUtilization"],
] as const;

export default function MachineBody({ namespace, host }: { readonly namespace: string; readonly host: string }) {
  const charts = rows.map(
    ([title, metric]): MetricChart => ({
      title,
      unit: "Percent",
      queries: [{ name: metric, namespace, metric, dimensions: { Host: host }, statistic: "Average" }],
    }),
  );
  return (
    <MetricCharts
      charts={charts}
      empty="Nothing was measured in this time. While a job runs, its machine is measured each minute."
    />
  );
}
