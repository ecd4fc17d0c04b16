import type { MetricSubject } from "../../frame/metric-buffer.ts";

/** Returns how SageMaker names what a job takes of one of its hosts, which count from 0. */
export const hostMetricsOf = (namespace: string, jobName: string, host = 0): MetricSubject => ({
  namespace,
  dimensions: [{ Name: "Host", Value: `${jobName}/algo-${host + 1}` }],
});
