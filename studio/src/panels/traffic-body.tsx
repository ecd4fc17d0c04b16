import type { MetricChart } from "../charts/metric-charts.tsx";
import { MetricCharts } from "../charts/metric-charts.tsx";
import type { Asked } from "./asked.ts";

interface Row {
  readonly title: string;
  readonly unit: string;
  readonly namespace: string;
  readonly metrics: readonly string[];
  readonly statistic: string;
}

const requests = "AWS/SageMaker";

/** The charts, each with a line for each that is asked and metric. */
const rowsOf = ([machines, processor, memory]: readonly [string, string, string]): readonly Row[] => [
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
  { title: "Processor", unit: "Percent", namespace: machines, metrics: [processor], statistic: "Average" },
  { title: "Memory", unit: "Percent", namespace: machines, metrics: [memory], statistic: "Average" },
];

interface Props {
  readonly asked: readonly Asked[];
  readonly machines: readonly [namespace: string, processor: string, memory: string];
}

export default function TrafficBody({ asked, machines: measured }: Props) {
  const charts = rowsOf(measured).map(
    ({ title, unit, namespace, metrics, statistic }): MetricChart => ({
      title,
      unit,
      queries: asked.flatMap(({ words, dimensions }) =>
        metrics.map((metric) => ({
          name: `${words}${metrics.length > 1 ? ` ${metric}` : ""}`,
          ...{ namespace, metric, dimensions, statistic },
        })),
      ),
    }),
  );
  return <MetricCharts charts={charts} empty="Nothing was asked or measured in this time." />;
}
