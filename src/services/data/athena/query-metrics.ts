import type { Context } from "../../../frame/context.ts";
import type { CountedMetric } from "../../../frame/metric-buffer.ts";
import type { QueryDocument } from "./athena-kinds.ts";
import { timesOf } from "./query-times.ts";

const milliseconds = (name: string): CountedMetric => ({ name, unit: "Milliseconds" });
const processedBytes: CountedMetric = { name: "ProcessedBytes", unit: "Bytes" };
const times = {
  EngineExecutionTimeInMillis: milliseconds("EngineExecutionTime"),
  QueryPlanningTimeInMillis: milliseconds("QueryPlanningTime"),
  QueryQueueTimeInMillis: milliseconds("QueryQueueTime"),
  ServicePreProcessingTimeInMillis: milliseconds("ServicePreProcessingTime"),
  ServiceProcessingTimeInMillis: milliseconds("ServiceProcessingTime"),
  TotalExecutionTimeInMillis: milliseconds("TotalExecutionTime"),
} as const;

/** Counts a query that has ended, where its work group publishes metrics. */
export function countQuery(context: Pick<Context, "metrics">, query: QueryDocument): void {
  const { actual, key, status = "", wanted } = query;
  if (!wanted.publishesMetrics) return;
  const known = timesOf(query);
  const dimensions = { QueryState: status, QueryType: actual.statementType, WorkGroup: wanted.WorkGroup };
  context.metrics.add(
    key,
    { namespace: "AWS/Athena", dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) },
    [
      [processedBytes, actual.statistics.scannedBytes ?? 0],
      ...Object.entries(times).flatMap(([member, metric]) => {
        const value = known[member as keyof typeof times];
        return value === undefined ? [] : [[metric, value] as const];
      }),
    ],
  );
}
