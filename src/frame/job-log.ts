import type { FollowedRun } from "../runs/follow-run.ts";
import { type LogPlace, openLog, shipLines } from "../runs/ship-log.ts";
import type { Context } from "./context.ts";
import type { JobMetrics } from "./job-definition.ts";
import { countMinute, createMetricReader, putMetrics, putMissingMetrics } from "./job-metrics.ts";
import type { CountedMinute, MetricValue } from "./job-state.ts";

/** What is remembered of a run's log with its cursor. */
export interface KeptLog {
  /** The last value of each metric, in the order of first appearance. */
  readonly metrics: readonly MetricValue[];
  /** The number of values from the start of the minute of the last one. */
  readonly counted?: CountedMinute;
  /** Whether the last lines were left out, and the log says so. */
  readonly leavesOut?: true;
}

/** Returns the last value of each metric after `values` were added. */
export function lastValues(before: readonly MetricValue[], values: readonly MetricValue[]): readonly MetricValue[] {
  if (values.length === 0) return before;
  const last = new Map(before.map((value) => [value.name, value]));
  for (const value of values) last.set(value.name, value);
  return [...last.values()];
}

/** Returns what was remembered of a run's log before its new lines. */
export const keptBefore = (run: FollowedRun, counted: CountedMinute | undefined): KeptLog =>
  (run.kept as KeptLog | undefined) ?? { metrics: [], counted };

/**
 * Ships a run's new lines to the job's log stream and their metric values to CloudWatch; returns what to remember of
 * the log.
 * @param counted the values of earlier attempts
 * @param reached called at named points, where a test may have the server kill itself
 */
export async function shipJobLog(
  context: Context,
  place: LogPlace,
  metrics: JobMetrics | undefined,
  run: FollowedRun,
  counted: CountedMinute | undefined,
  reached: (point: "log-opened" | "before-log" | "after-log" | "after-metrics") => void,
): Promise<KeptLog> {
  const kept = keptBefore(run, counted);
  if (run.lines.length === 0) return kept;
  if (run.resumed) {
    await openLog(context, place);
    reached("log-opened");
  }
  reached("before-log");
  const { events, before } = await shipLines(context, place, run);
  reached("after-log");
  const read = createMetricReader(metrics?.definitions ?? []);
  const earlier = read(events.slice(0, before));
  const values = read(events.slice(before));
  if (metrics) {
    await putMissingMetrics(context, metrics, earlier, kept.counted);
    await putMetrics(context, metrics, values);
  }
  reached("after-metrics");
  const all = [...earlier, ...values];
  const lastTime = events.at(-1)!.timestamp;
  const now = keptAfter(kept, all);
  const keptBeforeLast = keptAfter(
    kept,
    all.filter(({ time }) => time < lastTime),
  );
  run.passLines(events.length, { kept: now, keptBeforeLast, resumed: run.resumed && before === events.length });
  return now;
}

const keptAfter = ({ metrics, counted }: KeptLog, values: readonly MetricValue[]): KeptLog => ({
  metrics: lastValues(metrics, values),
  counted: countMinute(counted, values),
});
