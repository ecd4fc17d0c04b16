import type { Context } from "../../../frame/context.ts";
import { refusalsOf } from "../../../frame/not-built.ts";
import { type Criteria, isBuiltOperator } from "./alarm-evaluation.ts";
import { validationError } from "./alarm-faults.ts";
import type { MetricAlarm } from "./alarm-kind.ts";
import { alarmMathOf, alarmMetricOf, isMath } from "./alarm-metric.ts";
import { checkMath, evaluateMath } from "./metric-math.ts";
import { inExpression } from "./metric-math-fault.ts";
import { invalidCombination, notBuilt } from "./metric-points.ts";
import { percentOf, statisticNamed } from "./metric-statistics.ts";

const { refuseMembers } = refusalsOf("cloudwatch");

const day = 86_400;
const hour = 3600;
const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;
const lowSamples = ["evaluate", "ignore"];

/** Members that say which metric is meant, which `Metrics` says instead. */
const ownMetric = [
  "Namespace",
  "MetricName",
  "Dimensions",
  "Period",
  "Unit",
  "Statistic",
  "ExtendedStatistic",
] as const;

/** Checks what the model of PutMetricAlarm cannot say. @throws Fault in AWS's words, or for what is not built */
export function checkMetricAlarm(context: Context, input: MetricAlarm): void {
  refuseMembers(context, input, "", [
    "ThresholdMetricId",
    "EvaluationWindow",
    "WarmUpConfiguration",
    "EvaluationCriteria",
    "EvaluationInterval",
  ]);
  if (input.Metrics?.length) checkQueries(context, input);
  else checkStatistic(input);
  const metric = isMath(input) ? alarmMathOf(input) : alarmMetricOf(input);
  if (!metric) throw validationError("MetricName, Namespace and Period are required: an alarm watches one metric.");
  for (const { statistic } of "metrics" in metric ? metric.metrics : [metric]) statisticNamed(context, statistic);

  const { EvaluationPeriods, DatapointsToAlarm, Threshold, ComparisonOperator, TreatMissingData } = input;
  if (EvaluationPeriods === undefined) throw missing("EvaluationPeriods");
  if (ComparisonOperator === undefined) throw missing("ComparisonOperator");
  if (Threshold === undefined) throw missing("Threshold");
  if (!isBuiltOperator(ComparisonOperator))
    throw notBuilt(context, `ComparisonOperator ${ComparisonOperator}`, "compare with a Threshold");
  checkPeriod(metric.periodSeconds, EvaluationPeriods);
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods)
    throw validationError("DatapointsToAlarm must be less than or equal to EvaluationPeriods.");
  if (TreatMissingData !== undefined && !(treatments as readonly string[]).includes(TreatMissingData))
    throw validationError(
      `Option ${TreatMissingData} is not supported for TreatMissingData. Supported options: [${treatments.join(", ")}]`,
    );
  const low = input.EvaluateLowSampleCountPercentile;
  if (low !== undefined && !lowSamples.includes(low))
    throw validationError(
      `Option ${low} is not supported for EvaluateLowSampleCountPercentile. Supported options: [${lowSamples.join(", ")}]`,
    );
  checkActions(input);
}

const missing = (member: string) => validationError(`The parameter ${member} is required.`);

function checkStatistic({ MetricName, Statistic, ExtendedStatistic, Period }: MetricAlarm): void {
  if (MetricName === undefined) throw validationError("Either MetricName or Metrics must be specified.");
  if (Statistic !== undefined && ExtendedStatistic !== undefined)
    throw invalidCombination("Only one of the parameters Statistic and ExtendedStatistic may be specified.");
  if (Statistic === undefined && ExtendedStatistic === undefined)
    throw invalidCombination("At least one of the parameters Statistic and ExtendedStatistic must be specified.");
  if (Period === undefined) throw missing("Period");
}

/** One query that names a metric is the same as the members for one. */
function checkQueries(context: Context, input: MetricAlarm): void {
  const both = ownMetric.filter((member) => input[member] !== undefined);
  if (both.length > 0)
    throw invalidCombination(
      `The parameters Metrics and ${both[0]} are mutually exclusive and you have specified both.`,
    );
  const queries = input.Metrics!;
  const ids = new Set(queries.map(({ Id }) => Id));
  if (ids.size < queries.length) throw validationError("The values for parameter Id in Metrics are not unique.");
  if (queries.filter(({ ReturnData }) => ReturnData !== false).length !== 1)
    throw validationError("Exactly one element of the metrics list should return data.");
  for (const { Id, Expression, MetricStat, AccountId } of queries) {
    if ((Expression === undefined) === (MetricStat === undefined))
      throw validationError(`The query ${Id} needs either Expression or MetricStat.`);
    if (AccountId !== undefined && AccountId !== context.account)
      throw notBuilt(context, `The metric of another account, which the query ${Id} asks for,`, "leave AccountId out");
    if (Expression !== undefined && /^\s*select\b/i.test(Expression))
      throw notBuilt(context, `SQL, which the query ${Id} asks for,`, "compute with metrics that are named");
  }
  if (isMath(input)) checkExpressions(context, input);
}

/** An alarm with metric math has so many metrics at most. */
const mostMetrics = 10;

function checkExpressions(context: Context, input: MetricAlarm): void {
  const stats = input.Metrics!.flatMap(({ MetricStat }) => MetricStat ?? []);
  if (stats.length === 0) throw validationError("Metrics has no MetricStat to compute with.");
  if (stats.length > mostMetrics)
    throw validationError(`Metrics has ${stats.length} metrics; an alarm computes with up to ${mostMetrics}.`);
  if (stats.some((stat) => !alarmMetricOf({ Metrics: [{ MetricStat: stat }] })))
    throw validationError("Each MetricStat needs Metric with Namespace and MetricName, Stat and Period.");
  for (const { Id, Period, Expression } of input.Metrics!)
    if (Period !== undefined && Expression !== undefined && stats.every((stat) => stat.Period !== Period))
      throw notBuilt(
        context,
        `Period ${Period} of the expression ${Id}, which none of its metrics has`,
        "leave it out",
      );
  for (const { Period } of stats) checkLength(Period!);
  const math = input.Metrics!.flatMap(({ Id, Expression }) => (Expression === undefined ? [] : [[Id!, Expression]]));
  const queries = {
    metrics: input.Metrics!.flatMap(({ Id, MetricStat }) => (MetricStat ? [Id!] : [])),
    expressions: Object.fromEntries(math) as Record<string, string>,
  };
  for (const id of Object.keys(queries.expressions))
    inExpression(id, () => {
      const lacking = checkMath(id, queries);
      if (lacking !== undefined)
        throw notBuilt(
          context,
          `The function ${lacking}, which the query ${id} asks for,`,
          "compute with other functions",
        );
    });
  const { returned, periodSeconds } = alarmMathOf(input);
  const series = new Map(queries.metrics.map((id) => [id, new Map([[0, 1]])]));
  inExpression(returned, () => evaluateMath(returned, queries, series, { times: [0], periodSeconds }));
}

function checkLength(seconds: number): void {
  if (![10, 20, 30].includes(seconds) && seconds % 60 !== 0)
    throw validationError("Period must be 10, 20, 30 or a multiple of 60");
}

function checkPeriod(seconds: number, evaluationPeriods: number): void {
  checkLength(seconds);
  const most = seconds >= hour ? 7 * day : day;
  if (seconds * evaluationPeriods > most)
    throw validationError(
      most === day
        ? "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)."
        : "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800).",
    );
}

export function checkActions(input: Pick<MetricAlarm, "OKActions" | "AlarmActions" | "InsufficientDataActions">): void {
  const actions = [input.OKActions, input.AlarmActions, input.InsufficientDataActions].flatMap((list) => list ?? []);
  for (const action of actions)
    if (!/^arn:[^:]*:[^:]+:/.test(action)) throw validationError(`Invalid arn syntax: ${action}`);
}

/** Returns what an alarm that was checked compares. */
export function criteriaOf(wanted: MetricAlarm, { statistic = "" }: { readonly statistic?: string }): Criteria {
  const { EvaluationPeriods, DatapointsToAlarm, Threshold, ComparisonOperator, TreatMissingData } = wanted;
  const percent = percentOf(statistic);
  const least = percent === undefined ? 0 : 10 / (percent < 50 ? percent / 100 : 1 - percent / 100);
  return {
    evaluationPeriods: EvaluationPeriods!,
    datapointsToAlarm: DatapointsToAlarm ?? EvaluationPeriods!,
    threshold: Threshold!,
    operator: ComparisonOperator!,
    missing: (TreatMissingData ?? "missing") as Criteria["missing"],
    ...(wanted.EvaluateLowSampleCountPercentile === "ignore" &&
      percent !== undefined && { isTooFew: ({ sampleCount = least }) => sampleCount < least }),
  };
}
