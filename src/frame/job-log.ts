import type { FollowedRun } from "../runs/follow-run.ts";
import { type LogPlace, openLog, shipLines } from "../runs/ship-log.ts";
import type { Context } from "./context.ts";
import type { JobMetrics } from "./job-definition.ts";
import { createMetricReader, putMetrics, putMissingMetrics } from "./job-metrics.ts";
import type { MetricValue } from "./job-state.ts";

/**
 * What is remembered of a run's log with its cursor: the last value of each metric, in the order of first
 * appearance.
 */
export interface KeptLog {
  readonly metrics: readonly MetricValue[];
}

/** Returns the last value of each metric after `values` were added. */
export function lastValues(before: readonly MetricValue[], values: readonly MetricValue[]): readonly MetricValue[] {
  if (values.length === 0) return before;
  const last = new Map(before.map((value) => [value.name, value]));
  for (const value of values) last.set(value.name, value);
  return [...last.values()];
}

/**
 * Ships a run's new lines to the job's log stream and their metric values to CloudWatch; returns what to remember of
 * the log.
 * @param reached called at named points, where a test may have the server kill itself
 */
export async function shipJobLog(
  context: Context,
  place: LogPlace,
  metrics: JobMetrics | undefined,
  run: FollowedRun,
  reached: (point: "log-opened" | "before-log" | "after-log" | "after-metrics") => void,
): Promise<KeptLog> {
  const kept = (run.kept as KeptLog | undefined) ?? { metrics: [] };
  if (run.lines.length === 0) return kept;
  if (run.resumed) {
    await openLog(context, place);
    reached("log-opened");
  }
  reached("before-log");
  const { events, before } = await shipLines(context, place, run);
  reached("after-log");
  const read = createMetricReader(metrics?.definitions ?? []);
  if (metrics) {
    if (before > 0) await putMissingMetrics(context, metrics, place, events.slice(0, before), read);
    await putMetrics(context, metrics, read(events.slice(before)));
  }
  reached("after-metrics");
  const now = { metrics: lastValues(kept.metrics, read(events)) };
  run.passLines(events.length, { kept: now, resumed: run.resumed && before === events.length });
  return now;
}
