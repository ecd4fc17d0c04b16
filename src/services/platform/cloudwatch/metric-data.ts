import type { Context } from "../../../frame/context.ts";
import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import { validationError } from "./alarm-faults.ts";
import { checkMath, evaluateMath, type MathQueries, periodIn } from "./metric-math.ts";
import { inExpression } from "./metric-math-fault.ts";
import type { Series } from "./metric-math-functions.ts";
import { invalidCombination, invalidValue, journalOf, notBuilt } from "./metric-points.ts";
import { checkPeriod, readPeriods, roundStart, statisticNamed } from "./metric-statistics.ts";
import { floorTo } from "./metric-tiers.ts";

type CloudWatch = typeof import("@aws-sdk/client-cloudwatch");
type Input = InputOf<CloudWatch, "GetMetricData">;
type Query = Input["MetricDataQueries"][number];
type Stat = NonNullable<Query["MetricStat"]>;

const mostDataPoints = 100_800;

/** Answers queries for metrics, and for what metric math computes of them, a page at a time. */
export async function getMetricData(input: Input, context: Context): Promise<OutputOf<CloudWatch, "GetMetricData">> {
  const descending = input.ScanBy !== "TimestampAscending";
  const { MetricDataQueries: queries } = input;
  if (!(input.StartTime.getTime() < input.EndTime.getTime()))
    throw invalidCombination("The parameter StartTime must be less than the parameter EndTime.");
  const ids = new Set(queries.map(({ Id }) => Id));
  if (ids.size < queries.length) throw invalidValue("The values for parameter Id in MetricDataQueries are not unique.");
  for (const { Id, MetricStat: stat, Expression } of queries) {
    if ((stat === undefined) === (Expression === undefined))
      throw validationError(`The query ${Id} needs either MetricStat or Expression.`);
    if (stat) {
      checkPeriod(stat.Period);
      statisticNamed(context, stat.Stat);
    }
  }
  const math = mathOf(context, queries);

  const token = parseToken(input.NextToken, queries.length);
  let room = input.MaxDatapoints ?? mostDataPoints;
  if (room < 1) throw invalidValue(`The parameter MaxDatapoints must be at least 1; it is ${room}.`);
  let next: string | undefined;
  const results = [];
  const read = new Map<string, Series>();
  for (const [index, { Id, MetricStat: stat, Label, ReturnData, Expression }] of queries.entries()) {
    if (ReturnData === false || index < token.index || next !== undefined) continue;
    const series = stat
      ? await readSeries(context, input, stat, Id!)
      : await computed(context, input, Id!, math!, read);
    const points = [...series].map(([time, value]) => ({ time, value }));
    if (descending) points.reverse();
    const last = index === token.index ? token.time : undefined;
    const left = last === undefined ? points : points.filter(({ time }) => (descending ? time < last : time > last));
    const shown = left.slice(0, room);
    room -= shown.length;
    if (shown.length < left.length) next = `${index}/${shown.at(-1)?.time ?? ""}`;
    results.push({
      Id,
      Label: Label ?? (Expression === undefined ? stat?.Metric.MetricName : Id),
      Timestamps: shown.map(({ time }) => new Date(time)),
      Values: shown.map(({ value }) => value),
      StatusCode: shown.length < left.length ? ("PartialData" as const) : ("Complete" as const),
    });
  }
  return { MetricDataResults: results, Messages: [], NextToken: next };
}

interface DataMath extends MathQueries {
  readonly stats: readonly { readonly id: string; readonly stat: Stat }[];
}

/** Returns what the expressions of a request compute with; undefined where it has none. @throws Fault */
function mathOf(context: Context, queries: readonly Query[]): DataMath | undefined {
  const expressions = queries.flatMap(({ Id, Expression }) => (Expression === undefined ? [] : [[Id!, Expression]]));
  if (expressions.length === 0) return undefined;
  for (const [id, expression] of expressions)
    if (/^\s*select\b/i.test(expression!))
      throw notBuilt(context, `SQL, which the query ${id} asks for,`, "compute with metrics that are named");
  const stats = queries.flatMap(({ Id, MetricStat }) => (MetricStat ? [{ id: Id!, stat: MetricStat }] : []));
  if (stats.length === 0) throw validationError("MetricDataQueries has no MetricStat to compute with.");
  const math = { metrics: stats.map(({ id }) => id), expressions: Object.fromEntries(expressions) };
  for (const [id] of expressions) {
    const lacking = inExpression(id!, () => checkMath(id!, math));
    if (lacking !== undefined)
      throw notBuilt(
        context,
        `The function ${lacking}, which the query ${id} asks for,`,
        "compute with other functions",
      );
  }
  return { ...math, stats };
}

async function computed(context: Context, input: Input, id: string, math: DataMath, read: Map<string, Series>) {
  // In the order of the queries, which FIRST and LAST go by.
  for (const { id, stat } of math.stats) if (!read.has(id)) read.set(id, await readSeries(context, input, stat, id));
  const periods = new Map(math.stats.map(({ id, stat }) => [id, stat.Period]));
  const periodSeconds = periodIn(id, math, (metric) => periods.get(metric)!);
  const period = periodSeconds * 1000;
  const start = floorTo(roundStart(input.StartTime.getTime(), periodSeconds, context.clock.now()), period);
  const count = Math.ceil((input.EndTime.getTime() - start) / period);
  const times = Array.from({ length: count }, (_, index) => start + index * period);
  return inExpression(id, () =>
    evaluateMath(id, math, read, { times, periodSeconds, periods: bySeries(periods, read) }),
  );
}

const bySeries = (periods: ReadonlyMap<string, number>, read: ReadonlyMap<string, Series>) =>
  new Map([...read].map(([id, series]) => [series, periods.get(id)!]));

async function readSeries(context: Context, input: Input, stat: Stat, id: string): Promise<Series> {
  const statistic = statisticNamed(context, stat.Stat);
  const found = await readPeriods(context.journals, journalOf(context, requireNames(stat.Metric, id)), {
    startTime: roundStart(input.StartTime.getTime(), stat.Period, context.clock.now()),
    endTime: input.EndTime.getTime(),
    origin: 0,
    periodMilliseconds: stat.Period * 1000,
    unit: stat.Unit ?? "any",
    samples: stat.Stat.startsWith("p"),
  });
  return new Map(
    found.flatMap((period) => {
      const value = statistic(period);
      return value === undefined ? [] : [[period.time, value]];
    }),
  );
}

function requireNames<M extends { Namespace?: string; MetricName?: string }>(metric: M, id: string) {
  const { Namespace, MetricName } = metric;
  if (Namespace === undefined || MetricName === undefined)
    throw invalidValue(`The MetricStat of the query ${id} must name a Namespace and a MetricName.`);
  return { ...metric, Namespace, MetricName };
}

/** Returns the query to go on with, and the time of its last point shown. */
function parseToken(token: string | undefined, queries: number): { index: number; time?: number } {
  if (token === undefined) return { index: 0 };
  const match = /^(\d{1,3})\/(\d{0,15})$/.exec(token);
  if (!match || Number(match[1]) >= queries) throw invalidValue("The parameter NextToken is invalid.");
  return { index: Number(match[1]), time: match[2] ? Number(match[2]) : undefined };
}
