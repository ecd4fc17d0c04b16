import type { MetricSubject } from "../../frame/metric-buffer.ts";

/** Returns how SageMaker names what a job takes of its only host. */
export const hostMetricsOf = (namespace: string, jobName: string): MetricSubject => ({
  namespace,
  dimensions: [{ Name: "Host", Value: `${jobName}/algo-1` }],
});
