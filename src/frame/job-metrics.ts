import type { Grant } from "../aws/caller.ts";
import { validationFault } from "../aws/faults.ts";
import { metricArn } from "../aws/metric-arn.ts";
import type { MetricDefinition } from "../images/define-image.ts";
import type { LogEvent } from "../runs/ship-log.ts";
import type { Context } from "./context.ts";
import type { JobMetrics } from "./job-definition.ts";
import type { CountedMinute, MetricValue } from "./job-state.ts";
import type { MetricDatum } from "./metric-buffer.ts";
import { refusalsOf } from "./not-built.ts";
import { ignoresCase, pythonRegex } from "./python-regex.ts";
import { requiredText } from "./required-text.ts";

/** What PutMetricData accepts: so many data, each of so many values. */
const dataAtOnce = 1000;
const valuesAtOnce = 150;
const minuteMilliseconds = 60_000;
const hourMilliseconds = 3_600_000;
/** The limits of CloudWatch: values up to this size, from the last two weeks. Other values must not hold up a job. */
const largestValue = 2 ** 360;
const oldestMilliseconds = 14 * 24 * hourMilliseconds;

/** Matches syntax that no regular-expression engine runs in bounded time. */
const unboundedSyntax = /(?<!\\)(?:\\\\)*(?:\\[1-9k]|\(\?(?:<?[=!]|P=))/;

const { notBuilt } = refusalsOf("sagemaker");

/** @throws Fault that names the definition and its problem */
export function checkMetricDefinitions(
  context: Pick<Context, "settings">,
  definitions: readonly MetricDefinition[],
): void {
  for (const { Name, Regex } of definitions) {
    if (unboundedSyntax.test(Regex)) {
      throw notBuilt(
        context,
        `Look-around or a back reference in the regex of metric definition "${Name}"`,
        `write ${Regex} without them, since they have no bound in time`,
      );
    }
    try {
      // Without what is put behind it first, which a message must not show.
      pythonRegex(Regex);
      if (pythonRegex(Regex, "|").exec("")!.length > 1) continue;
    } catch (error) {
      throw validationFault(`Invalid regex of metric definition "${Name}": ${(error as Error).message}`);
    }
    throw validationFault(
      `Invalid regex of metric definition "${Name}": ${Regex} has no group. The value is what its first group matches, for example loss=(\\S+).`,
    );
  }
}

type MetricReader = (events: Iterable<LogEvent>) => MetricValue[];

/** Reads metric values from log events: the first group of each regex, where it is a number. */
export function createMetricReader(definitions: readonly MetricDefinition[]): MetricReader {
  const compiled = definitions.map(({ Name, Regex }) => ({
    name: Name,
    regex: pythonRegex(Regex),
    text: ignoresCase(Regex) ? "" : requiredText(Regex),
  }));
  return (events) => {
    const values: MetricValue[] = [];
    for (const { timestamp: time, message } of events) {
      for (const { name, regex, text: required } of compiled) {
        // Images have dozens of definitions, and a line two metrics.
        if (!message.includes(required)) continue;
        const text = regex.exec(message)?.[1];
        const value = text ? Number(text) : Number.NaN;
        if (Math.abs(value) <= largestValue) values.push({ name, value, time });
      }
    }
    return values;
  };
}

/** Returns what it takes to put a job's values, and to find out which of them a killed server has put. */
export function metricGrants(metrics: Pick<JobMetrics, "namespace"> | undefined): readonly Grant[] {
  if (!metrics) return [];
  return [
    {
      actions: ["cloudwatch:PutMetricData"],
      resources: [metricArn(metrics.namespace), metricArn(metrics.namespace, "*")],
    },
    { actions: ["cloudwatch:GetMetricStatistics"], resources: ["*"] },
  ];
}

const dimensionsOf = ({ dimensions }: JobMetrics) =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

export async function putMetrics(context: Context, metrics: JobMetrics, values: readonly MetricValue[]): Promise<void> {
  const now = context.clock.now();
  const accepted = values.filter(({ time }) => time <= now + hourMilliseconds && time > now - oldestMilliseconds);
  const data = dataOf(metrics, accepted);
  for (let start = 0; start < data.length; start += dataAtOnce)
    await context.call("cloudwatch", "PutMetricData", {
      Namespace: metrics.namespace,
      MetricData: data.slice(start, start + dataAtOnce),
    });
}

/** Gathers values of one metric and minute, in order: CloudWatch keeps no more of their times than the minute. */
function dataOf(metrics: JobMetrics, values: readonly MetricValue[]) {
  const Dimensions = dimensionsOf(metrics);
  const data: (MetricDatum & { readonly Values: number[] })[] = [];
  const last = new Map<string, { readonly minute: number; readonly Values: number[] }>();
  for (const { name, value, time } of values) {
    const [minute, open] = [minuteOf(time), last.get(name)];
    if (open?.minute === minute && open.Values.length < valuesAtOnce) open.Values.push(value);
    else {
      const Values = [value];
      last.set(name, { minute, Values });
      data.push({ MetricName: name, Dimensions, Timestamp: new Date(time), Values });
    }
  }
  return data;
}

const minuteOf = (time: number): number => Math.floor(time / minuteMilliseconds) * minuteMilliseconds;

/** Counts the values from the start of the minute of the last one, given the count before them. */
export function countMinute(
  before: CountedMinute | undefined,
  values: readonly MetricValue[],
): CountedMinute | undefined {
  if (values.length === 0) return before;
  const start = minuteOf(values.at(-1)!.time);
  const counts: Record<string, number> = before?.start === start ? { ...before.counts } : {};
  for (const { name, time } of values) if (time >= start) counts[name] = (counts[name] ?? 0) + 1;
  return { start, counts };
}

/**
 * Puts the values of lines that a killed server wrote to the stream without putting all of their values. Lines are
 * written before values, both in order, so in the minutes of these lines CloudWatch has the earliest of their values,
 * and only the latest can be missing. The stream cannot tell: a job may write events of its own that look like lines.
 * @param counted the values of the lines before these
 */
export async function putMissingMetrics(
  context: Context,
  metrics: JobMetrics,
  values: readonly MetricValue[],
  counted: CountedMinute | undefined,
): Promise<void> {
  if (values.length === 0) return;
  // CloudWatch counts by whole minutes, so values of the first minute that precede these values count too.
  const since = minuteOf(values[0]!.time);
  const before = counted?.start === since ? counted.counts : {};
  let missing: MetricValue[] = [];
  for (const [name, own] of Map.groupBy(values, (value) => value.name)) {
    const expected = (before[name] ?? 0) + own.length;
    const lacking = Math.min(own.length, expected - (await countPoints(context, metrics, name, since)));
    if (lacking > 0) missing = missing.concat(own.slice(-lacking));
  }
  await putMetrics(context, metrics, missing);
}

async function countPoints(context: Context, metrics: JobMetrics, name: string, since: number): Promise<number> {
  const { Datapoints = [] } = await context.call("cloudwatch", "GetMetricStatistics", {
    Namespace: metrics.namespace,
    MetricName: name,
    Dimensions: dimensionsOf(metrics),
    StartTime: new Date(since),
    EndTime: new Date(context.clock.now() + hourMilliseconds),
    Period: hourMilliseconds / 1000,
    Statistics: ["SampleCount"],
  });
  return Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0);
}
