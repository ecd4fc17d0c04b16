import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { MetricDefinition } from "../../../images/define-image.ts";
import type { LogEvent, LogPlace } from "../../../runs/ship-log.ts";

/** A value that a program printed; `time` is the line's, in milliseconds since 1970. */
export interface MetricValue {
  readonly name: string;
  readonly value: number;
  readonly time: number;
}

const namespace = "/aws/sagemaker/TrainingJobs";
/** PutMetricData takes 1,000. */
const pointsAtOnce = 500;
const hourMilliseconds = 3_600_000;
const dayMilliseconds = 24 * hourMilliseconds;
/** What CloudWatch takes: values of this size, from the last two weeks. Others must not keep a job from going on. */
const largestValue = 2 ** 360;
const oldestMilliseconds = 14 * dayMilliseconds;

/** The syntax for which there is no engine whose time is bounded. */
const unboundedSyntax = /(?<!\\)(?:\\\\)*(?:\\[1-9k]|\(\?<?[=!])/;

/** @throws Fault that names the definition and what is wrong with it. */
export function checkMetricDefinitions(definitions: readonly MetricDefinition[]): void {
  for (const { Name, Regex } of definitions) {
    if (unboundedSyntax.test(Regex)) {
      throw validationFault(
        `Regex of metric definition "${Name}": look-around and back references are not built, since they can take for ever. Write ${Regex} without them.`,
      );
    }
    try {
      if (new RegExp(`${Regex}|`).exec("")!.length > 1) continue;
    } catch (error) {
      throw validationFault(`Invalid regex of metric definition "${Name}": ${(error as Error).message}`);
    }
    throw validationFault(
      `Invalid regex of metric definition "${Name}": ${Regex} has no group. The value is what its first group matches, for example loss=(\\S+).`,
    );
  }
}

/** Reads values from log events: the first group of each regex where that is a number. */
export function createMetricReader(
  definitions: readonly MetricDefinition[],
): (events: Iterable<LogEvent>) => MetricValue[] {
  const compiled = definitions.map(({ Name, Regex }) => ({ name: Name, regex: new RegExp(Regex) }));
  return (events) => {
    const values: MetricValue[] = [];
    for (const { timestamp: time, message } of events) {
      for (const { name, regex } of compiled) {
        const text = regex.exec(message)?.[1];
        const value = text ? Number(text) : Number.NaN;
        if (Math.abs(value) <= largestValue) values.push({ name, value, time });
      }
    }
    return values;
  };
}

/** The last value of each metric, in the order in which they first appeared. */
export async function lastValues(values: AsyncIterable<readonly MetricValue[]>): Promise<MetricValue[]> {
  const last = new Map<string, MetricValue>();
  for await (const some of values) for (const value of some) last.set(value.name, value);
  return [...last.values()];
}

export async function putMetrics(context: Context, jobName: string, values: readonly MetricValue[]): Promise<void> {
  const now = context.clock.now();
  const accepted = values.filter(({ time }) => time <= now + hourMilliseconds && time > now - oldestMilliseconds);
  for (let start = 0; start < accepted.length; start += pointsAtOnce) {
    await context.call("cloudwatch", "PutMetricData", {
      Namespace: namespace,
      MetricData: accepted.slice(start, start + pointsAtOnce).map(({ name, value, time }) => ({
        MetricName: name,
        Dimensions: dimensionsOf(jobName),
        Timestamp: new Date(time),
        Value: value,
      })),
    });
  }
}

/**
 * Puts what a killed server left out. Lines go to the log stream before their values go to CloudWatch, so of each metric
 * CloudWatch has the first values of the stream, and only the last may be missing.
 */
export async function putMissingMetrics(
  context: Context,
  jobName: string,
  values: AsyncIterable<readonly MetricValue[]>,
  since: number,
): Promise<void> {
  /** Of each metric, how many of the values that come next are there already. */
  const present = new Map<string, number>();
  for await (const some of values) {
    const missing: MetricValue[] = [];
    for (const value of some) {
      const left = present.get(value.name) ?? (await countPoints(context, jobName, value.name, since));
      present.set(value.name, Math.max(left - 1, 0));
      if (left === 0) missing.push(value);
    }
    await putMetrics(context, jobName, missing);
  }
}

async function countPoints(context: Context, jobName: string, name: string, since: number): Promise<number> {
  const { Datapoints = [] } = await context.call("cloudwatch", "GetMetricStatistics", {
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensionsOf(jobName),
    StartTime: new Date(since - dayMilliseconds),
    EndTime: new Date(context.clock.now() + dayMilliseconds),
    Period: dayMilliseconds / 1000,
    Statistics: ["SampleCount"],
  });
  return Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0);
}

const dimensionsOf = (jobName: string) => [{ Name: "TrainingJobName", Value: jobName }];

/** All values in a log stream, page by page from its beginning; none when somebody has deleted it. */
export async function* readStreamMetrics(
  context: Context,
  place: LogPlace,
  read: ReturnType<typeof createMetricReader>,
): AsyncGenerator<MetricValue[]> {
  let nextToken: string | undefined;
  for (;;) {
    // A log may have millions of lines; a server that stops does not wait for them.
    context.signal.throwIfAborted();
    const page: EventPage = await context
      .call("logs", "GetLogEvents", { ...place, startFromHead: true, nextToken })
      .catch(noneWhenMissing);
    const { events = [] } = page;
    if (events.length === 0) return;
    yield read(events as LogEvent[]);
    nextToken = page.nextForwardToken;
  }
}

type EventPage = { events?: readonly Partial<LogEvent>[]; nextForwardToken?: string };

function noneWhenMissing(error: unknown): EventPage {
  if (error instanceof Fault && error.code === "ResourceNotFoundException") return {};
  throw error;
}
