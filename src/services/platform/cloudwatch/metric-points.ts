import type { Dimension, MetricDatum } from "@aws-sdk/client-cloudwatch";
import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";
import { emptySummary, type MetricSummary } from "./metric-summary.ts";

/** The identity of a metric. Each metric has a journal, and its first point makes both. */
export interface MetricIdentity {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

/** A point as PutMetricData gave it: values with their counts, or a statistic set. */
export interface MetricPoint {
  readonly unit: string;
  readonly values?: readonly number[];
  readonly counts?: readonly number[];
  readonly set?: { readonly count: number; readonly sum: number; readonly minimum: number; readonly maximum: number };
}

const encode = (text: string) => encodeURIComponent(text.toWellFormed());

/** The raw journals, one for each metric. Rolled-up points have journals of their own (metric-tiers.ts). */
export const journalsPrefix = "metrics/";

/**
 * Returns what the journals of an account and region begin with: of all its metrics, of those of a namespace, or of
 * those of one name in it. A name is encoded and ends with a slash, so it is no prefix of a longer one.
 */
export function journalPrefix(
  { account, region }: Pick<Context, "account" | "region">,
  { Namespace, MetricName }: { readonly Namespace?: string; readonly MetricName?: string } = {},
): string {
  const all = `${journalsPrefix}${account}/${region}/`;
  if (Namespace === undefined) return all;
  return `${all}${encode(Namespace)}/${MetricName === undefined ? "" : `${encode(MetricName)}/`}`;
}

/** Returns the journal that points are appended to. Dimensions are a set: their order makes no other metric. */
export function journalOf(
  place: Pick<Context, "account" | "region">,
  {
    Namespace,
    MetricName,
    Dimensions = [],
  }: { Namespace: string; MetricName: string; Dimensions?: readonly Dimension[] },
): string {
  const dimensions = Dimensions.map(({ Name, Value }) => `${encode(Name!)}=${encode(Value!)}`).sort();
  return `${journalPrefix(place, { Namespace, MetricName })}${dimensions.join("&")}`;
}

/** Returns the metric of a journal. */
export function identityOf(journal: string): MetricIdentity {
  const [, , , namespace, name, dimensions] = journal.split("/");
  return {
    Namespace: decodeURIComponent(namespace!),
    MetricName: decodeURIComponent(name!),
    Dimensions: dimensions!.split("&").flatMap((pair) => {
      if (pair === "") return [];
      const [Name, Value] = pair.split("=");
      return [{ Name: decodeURIComponent(Name!), Value: decodeURIComponent(Value!) }];
    }),
  };
}

export const { notBuilt }: Refusals = refusalsOf("cloudwatch");

const fault = (code: string, message: string) => new Fault(code, message);
export const invalidValue = (message: string): Fault => fault("InvalidParameterValue", message);
export const invalidCombination = (message: string): Fault => fault("InvalidParameterCombination", message);

const hour = 3_600_000;
const pointAge = { oldestMilliseconds: 14 * 24 * hour, newestMilliseconds: 2 * hour };
/** The range of values that CloudWatch takes. */
const largest = 2 ** 360;

/** Checks what the model of the API cannot say, and returns the entry to append. `where`: "MetricData.member.1". */
export function pointOf(datum: MetricDatum, where: string, now: number): { time: number; data: string } {
  const { Value, Values, Counts, StatisticValues: set, Timestamp, StorageResolution = 60 } = datum;
  const given = Object.entries({ Value, Values: Values?.length ? Values : undefined, StatisticValues: set }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length === 0) throw fault("MissingParameter", `The parameter ${where}.Value is required.`);
  if (given.length > 1)
    throw invalidCombination(
      `The parameters ${where}.${given[0]![0]} and ${where}.${given[1]![0]} are mutually exclusive and you have specified both.`,
    );
  if (Counts?.length && Counts.length !== Values?.length)
    throw invalidCombination(
      `The parameters ${where}.Values and ${where}.Counts must have the same number of elements; they have ${Values?.length ?? 0} and ${Counts.length}.`,
    );
  if (StorageResolution !== 1 && StorageResolution !== 60)
    throw invalidValue(`The parameter ${where}.StorageResolution must be 1 or 60; it is ${StorageResolution}.`);

  const values = Values?.length ? Values : Value === undefined ? [] : [Value];
  const numbers = set ? [set.SampleCount!, set.Sum!, set.Minimum!, set.Maximum!] : values;
  for (const number of [...numbers, ...(Counts ?? [])])
    if (!(Math.abs(number) <= largest))
      throw invalidValue(
        `The value ${number} for parameter ${where}.Value is invalid; it must lie in -2^360 to 2^360.`,
      );
  if (set && (set.SampleCount! <= 0 || set.Minimum! > set.Maximum!))
    throw invalidValue(
      `The parameter ${where}.StatisticValues needs a SampleCount above 0 and a Minimum that is not above its Maximum.`,
    );
  if (Counts?.some((count) => count < 0)) throw invalidValue(`The parameter ${where}.Counts must not be negative.`);

  const time = Timestamp?.getTime() ?? now;
  if (!(time >= now - pointAge.oldestMilliseconds && time <= now + pointAge.newestMilliseconds))
    throw invalidValue(
      `The parameter ${where}.Timestamp must lie within the two weeks before and the two hours after the present time.`,
    );
  const point: MetricPoint = {
    unit: datum.Unit ?? "None",
    ...(set
      ? { set: { count: set.SampleCount!, sum: set.Sum!, minimum: set.Minimum!, maximum: set.Maximum! } }
      : { values, counts: Counts?.length ? Counts : undefined }),
  };
  const resolution = StorageResolution * 1000;
  return { time: Math.floor(time / resolution) * resolution, data: JSON.stringify(point) };
}

export function summaryOf({ set, values = [], counts }: MetricPoint): MetricSummary {
  // The single values of a set are known only when they are all the same.
  if (set) return { ...set, samples: set.minimum === set.maximum ? [set.minimum, set.count] : undefined };
  const summary = emptySummary();
  for (const [index, value] of values.entries()) {
    const count = counts?.[index] ?? 1;
    if (count === 0) continue;
    summary.count += count;
    summary.sum += value * count;
    summary.minimum = Math.min(summary.minimum, value);
    summary.maximum = Math.max(summary.maximum, value);
    summary.samples!.push(value, count);
  }
  return summary;
}
