import { type MetricChart, MetricCharts } from "../charts/metric-charts.tsx";
import type { PanelProps } from "../declare/define-resource.ts";

interface Row {
  readonly title: string;
  readonly unit: string;
  readonly metrics: readonly string[];
  readonly statistic: string;
  /** Whether the metric is of the endpoint, and not of its variant. */
  readonly ofEndpoint?: true;
}

const rows: readonly Row[] = [
  {
    title: "Requests in the queue",
    unit: "Count",
    metrics: ["ApproximateBacklogSize", "ApproximateBacklogSizePerInstance"],
    ...{ statistic: "Maximum", ofEndpoint: true },
  },
  {
    title: "Requests and no instance",
    unit: "Count",
    metrics: ["HasBacklogWithoutCapacity"],
    ...{ statistic: "Maximum", ofEndpoint: true },
  },
  {
    title: "Age of the oldest request",
    unit: "Seconds",
    metrics: ["ApproximateAgeOfOldestRequest"],
    ...{ statistic: "Maximum", ofEndpoint: true },
  },
  {
    title: "Ended a minute",
    unit: "Count",
    metrics: ["InvocationsProcesssed", "InvocationFailures", "ExpiredRequests"],
    statistic: "Sum",
  },
  {
    title: "Failures around the model a minute",
    unit: "Count",
    metrics: ["RequestDownloadFailures", "ResponseUploadFailures", "NotificationFailures"],
    statistic: "Sum",
  },
  {
    title: "Time of a request",
    unit: "Milliseconds",
    metrics: ["TimeInBacklog", "TotalProcessingTime"],
    statistic: "Average",
  },
];

export default function BacklogBody({ item, name: EndpointName }: PanelProps) {
  const [variant] = (item.ProductionVariants ?? []) as readonly { readonly VariantName: string }[];
  const charts = rows.map(({ title, unit, metrics, statistic, ofEndpoint }): MetricChart => {
    const dimensions = { EndpointName, ...(!ofEndpoint && variant && { VariantName: variant.VariantName }) };
    const queries = metrics.map((metric) => ({
      ...{ name: metric, namespace: "AWS/SageMaker", metric, dimensions, statistic },
    }));
    return { title, unit, queries };
  });
  return <MetricCharts charts={charts} empty="No request was in the queue in this time." />;
}
