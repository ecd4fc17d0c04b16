import type { JournalEntry, JournalStore } from "../../../stores/journals/port.ts";
import { readWindow } from "../../../stores/journals/window.ts";
import { journalsPrefix, type MetricPoint, summaryOf } from "./metric-points.ts";
import type { MetricSummary } from "./metric-summary.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A resolution at which points are kept until they are rolled up into the next tier. */
export interface MetricTier {
  readonly name: string;
  readonly stepMilliseconds: number;
  /** The time that one journal covers, counted from 1970. It lies within one bucket of the next tier. */
  readonly bucketMilliseconds: number;
  readonly keptMilliseconds: number;
}

/** The retention of CloudWatch. */
export const tiers = [
  { name: "1s", stepMilliseconds: 1000, bucketMilliseconds: hour, keptMilliseconds: 3 * hour },
  { name: "1m", stepMilliseconds: minute, bucketMilliseconds: day, keptMilliseconds: 15 * day },
  { name: "5m", stepMilliseconds: 5 * minute, bucketMilliseconds: 7 * day, keptMilliseconds: 63 * day },
  { name: "1h", stepMilliseconds: hour, bucketMilliseconds: 91 * day, keptMilliseconds: 455 * day },
] as const satisfies readonly MetricTier[];
const [seconds, minutes] = tiers;

/**
 * A point as a journal of its metric holds it: raw, or rolled up from points of another journal. `upto`: all points of
 * that journal before this position are rolled up.
 */
export interface StoredPoint {
  readonly position: number;
  readonly time: number;
  readonly unit: string;
  readonly summary: MetricSummary;
  readonly rolledUp?: { readonly from: string; readonly upto: number };
}

type RolledUpEntry = Omit<MetricSummary, "samples"> &
  Partial<MetricSummary> & { readonly unit: string; readonly from: string; readonly upto: number };

export const floorTo = (time: number, milliseconds: number): number => Math.floor(time / milliseconds) * milliseconds;

const bucketsPrefix = "metric-tiers/";
const tierPrefix = ({ name }: MetricTier) => `${bucketsPrefix}${name}/`;
const metricPrefix = (tier: MetricTier, journal: string) =>
  `${tierPrefix(tier)}${journal.slice(journalsPrefix.length)}/`;

/** Returns the journal of the tier's bucket that contains a time, for the metric of a raw journal. */
export const bucketOf = (journal: string, tier: MetricTier, time: number): string =>
  metricPrefix(tier, journal) + floorTo(time, tier.bucketMilliseconds);

/** Returns the raw journal of a bucket's metric, and when the bucket begins. */
export function parseBucket(bucket: string, tier: MetricTier): { journal: string; start: number } {
  const end = bucket.lastIndexOf("/");
  return {
    journal: journalsPrefix + bucket.slice(tierPrefix(tier).length, end),
    start: Number(bucket.slice(end + 1)),
  };
}

/**
 * Returns the tier of a raw point. It depends on the entry alone, so that a repeated roll-up uses the same bucket,
 * however late it is. A point that arrives after the retention of seconds goes to the minutes at once.
 */
export const tierOfRaw = ({ time, appended }: Pick<JournalEntry, "time" | "appended">): MetricTier =>
  time % minute !== 0 && appended - time < seconds.keptMilliseconds ? seconds : minutes;

export function parseRaw({ position, time, data }: JournalEntry): StoredPoint {
  const point = JSON.parse(data) as MetricPoint;
  return { position, time, unit: point.unit, summary: summaryOf(point) };
}

export function parseRolledUp({ position, time, data }: JournalEntry): StoredPoint {
  const { unit, from, upto, count, sum, minimum, maximum, samples } = JSON.parse(data) as RolledUpEntry;
  return { position, time, unit, summary: { count, sum, minimum, maximum, samples }, rolledUp: { from, upto } };
}

export function formatRolledUp(unit: string, summary: MetricSummary, from: string, upto: number): string {
  return JSON.stringify({ unit, from, upto, ...summary } satisfies RolledUpEntry);
}

/** Returns the points of a journal from one time to another, both inclusive. */
export async function readJournal<Point>(
  journals: JournalStore,
  journal: string,
  [begin, end]: readonly [begin: number, end: number],
  parse: (entry: JournalEntry) => Point,
): Promise<Point[]> {
  const points: Point[] = [];
  const summary = await journals.summary(journal);
  if (!summary) return points;
  for await (const entries of readWindow(journals, journal, summary, { begin, end }))
    for (const entry of entries) if (entry.time >= begin && entry.time <= end) points.push(parse(entry));
  return points;
}

const pageSize = 1000;

/** Yields the names of all journals with the prefix, by pages. */
export async function* journalsNamed(journals: JournalStore, prefix: string): AsyncGenerator<readonly string[]> {
  for (let after: string | undefined; ; ) {
    const page = await journals.streams(prefix, after, pageSize);
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    after = page.at(-1);
  }
}

/** Returns the buckets of a tier for all metrics, by pages. */
export const bucketsOfTier = (journals: JournalStore, tier: MetricTier) => journalsNamed(journals, tierPrefix(tier));

/** Returns the buckets of one metric that overlap a span of time, both ends inclusive. */
export async function bucketsOfMetric(
  journals: JournalStore,
  journal: string,
  tier: MetricTier,
  [begin, end]: readonly [begin: number, end: number],
): Promise<string[]> {
  const found: string[] = [];
  for await (const page of journalsNamed(journals, metricPrefix(tier, journal)))
    for (const bucket of page) {
      const { start } = parseBucket(bucket, tier);
      if (start <= end && start + tier.bucketMilliseconds > begin) found.push(bucket);
    }
  return found;
}
