import type { MetricChart } from "../charts/metric-charts.tsx";
import { MetricCharts } from "../charts/metric-charts.tsx";
import type { PanelProps } from "../declare/define-resource.ts";

interface Row {
  readonly title: string;
  readonly unit: string;
  readonly namespace: string;
  readonly metrics: readonly string[];
  readonly statistic: string;
}

const requests = "AWS/SageMaker";
const machines = "/aws/sagemaker/Endpoints";

/** The charts of an endpoint, each with a line a variant and metric. */
const rows: readonly Row[] = [
  { title: "Invocations a minute", unit: "Count", namespace: requests, metrics: ["Invocations"], statistic: "Sum" },
  {
    title: "Errors a minute",
    unit: "Count",
    namespace: requests,
    metrics: ["Invocation4XXErrors", "Invocation5XXErrors"],
    statistic: "Sum",
  },
  {
    title: "Latency of the model",
    unit: "Microseconds",
    namespace: requests,
    metrics: ["ModelLatency"],
    statistic: "Average",
  },
  {
    title: "Latency besides it",
    unit: "Microseconds",
    namespace: requests,
    metrics: ["OverheadLatency"],
    statistic: "Average",
  },
  { title: "Processor", unit: "Percent", namespace: machines, metrics: ["CPUUtilization"], statistic: "Average" },
  { title: "Memory", unit: "Percent", namespace: machines, metrics: ["MemoryUtilization"], statistic: "Average" },
];

export default function TrafficBody({ item, name }: PanelProps) {
  const variants = ((item.ProductionVariants ?? []) as { VariantName: string }[]).map((variant) => variant.VariantName);
  const charts = rows.map(
    ({ title, unit, namespace, metrics, statistic }): MetricChart => ({
      title,
      unit,
      queries: variants.flatMap((variant) =>
        metrics.map((metric) => ({
          name: `${variant}${metrics.length > 1 ? ` ${metric}` : ""}`,
          namespace,
          metric,
          dimensions: { EndpointName: name, VariantName: variant },
          statistic,
        })),
      ),
    }),
  );
  return <MetricCharts charts={charts} empty="Nothing has been asked of the endpoint in this time." />;
}
