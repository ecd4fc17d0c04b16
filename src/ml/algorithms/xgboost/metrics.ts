import { auc } from "../../metrics/auc.ts";
import { accuracy, error, f1, logloss, merror, mlogloss } from "../../metrics/classification.ts";
import type { Metric } from "../../metrics/metric.ts";
import { mae, mse, rmse } from "../../metrics/regression.ts";

const metrics = [rmse, mse, mae, logloss, error(), auc, accuracy, f1, mlogloss, merror];

export const metricNames: readonly string[] = metrics.map((metric) => metric.name);

/** Returns a metric by the name it has in `eval_metric`: one of `metricNames`, or `error@0.7`. */
export function metricNamed(name: string): Metric | undefined {
  const threshold = /^error@(\d*\.?\d+)$/.exec(name)?.[1];
  return threshold === undefined ? metrics.find((metric) => metric.name === name) : error(Number(threshold));
}
