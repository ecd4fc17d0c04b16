import { defineReconciler, type ReconcileContext } from "../../../frame/define-reconciler.ts";
import { type Datapoint, evaluate, rangeOf } from "./alarm-evaluation.ts";
import { alarmKind, isComposite, type MetricAlarm } from "./alarm-kind.ts";
import { type AlarmMath, type AlarmMetric, alarmMathOf, alarmMetricOf } from "./alarm-metric.ts";
import { comeInto, type NewState } from "./alarm-state.ts";
import { reasonDataOf, reasonOf } from "./alarm-words.ts";
import { reconcileComposite } from "./composite-alarm.ts";
import { criteriaOf } from "./metric-alarm-checks.ts";
import { evaluateMath } from "./metric-math.ts";
import { journalOf } from "./metric-points.ts";
import { percentOf, readPeriods, statisticNamed } from "./metric-statistics.ts";
import { floorTo } from "./metric-tiers.ts";

const minute = 60_000;
const tenSeconds = 10_000;

/** How often a metric alarm is evaluated: each minute, and one of a short period every ten seconds. */
const stepOf = ({ periodSeconds }: Pick<AlarmMetric, "periodSeconds">) => (periodSeconds < 60 ? tenSeconds : minute);

/**
 * Evaluates alarms. Each has moments of its own within the minute, by when it was made, so that thousands do not come at
 * once. Nothing is written while the state stays.
 */
export const alarmReconciler = defineReconciler({
  kind: alarmKind,
  unfinished: ["OK", "ALARM", "INSUFFICIENT_DATA"],
  async reconcile(alarm, context) {
    const { wanted, actual, created, modified } = alarm;
    if (isComposite(wanted)) return reconcileComposite(alarm, context);
    const metric = alarmMetricOf(wanted) ?? alarmMathOf(wanted);
    const step = stepOf(metric);
    const following = (time: number) => floorTo(time - created, step) + step + created;
    const now = context.clock.now();
    // A state that was just written holds until the next evaluation, as one that SetAlarmState sets does.
    const due = modified === actual.configured ? modified : following(modified);
    if (now < due) return { again: due };
    const state = await evaluateNow(wanted, metric, context);
    if (!state || state.state === alarm.status) return { again: following(now) };
    return comeInto(alarm, state, now);
  },
});

async function evaluateNow(
  wanted: MetricAlarm,
  metric: AlarmMetric | AlarmMath,
  context: ReconcileContext,
): Promise<NewState | undefined> {
  const criteria = criteriaOf(wanted, metric);
  const now = context.clock.now();
  const period = metric.periodSeconds * 1000;
  const length = rangeOf(criteria);
  const end = floorTo(now, stepOf(metric));
  const begin = end - length * period;
  const points =
    "queries" in metric
      ? await computePoints(metric, begin, end, context)
      : await readMetric(metric, begin, end, context);
  const range = Array.from({ length }, (_, index) => points.get(end - (index + 1) * period));
  const evaluation = evaluate(range, criteria);
  if (evaluation.state === "retain") return undefined;
  return {
    state: evaluation.state,
    reason: reasonOf(evaluation, criteria),
    reasonData: reasonDataOf(evaluation, criteria, metric, now),
  };
}

type Points = ReadonlyMap<number, Datapoint>;

async function readMetric(metric: AlarmMetric, begin: number, end: number, context: ReconcileContext): Promise<Points> {
  const statistic = statisticNamed(context, metric.statistic);
  const found = await readPeriods(context.journals, journalOf(context, metric), {
    startTime: begin,
    endTime: end,
    origin: begin,
    periodMilliseconds: metric.periodSeconds * 1000,
    unit: metric.unit ?? "any",
    samples: percentOf(metric.statistic) !== undefined,
  });
  return new Map(
    found.flatMap((summary) => {
      const value = statistic(summary);
      return value === undefined ? [] : [[summary.time, { time: summary.time, value, sampleCount: summary.count }]];
    }),
  );
}

async function computePoints(math: AlarmMath, begin: number, end: number, context: ReconcileContext): Promise<Points> {
  const { metrics, queries, returned, periodSeconds } = math;
  const series = new Map<string, ReadonlyMap<number, number>>();
  for (const metric of metrics) {
    const points = await readMetric(metric, begin, end, context);
    series.set(metric.id, new Map([...points].map(([time, { value }]) => [time, value])));
  }
  const period = periodSeconds * 1000;
  const times = Array.from({ length: (end - begin) / period }, (_, index) => begin + index * period);
  const periods = new Map(metrics.map((metric) => [series.get(metric.id)!, metric.periodSeconds]));
  const found = evaluateMath(returned, queries, series, { times, periodSeconds, periods });
  return new Map([...found].map(([time, value]) => [time, { time, value }]));
}
