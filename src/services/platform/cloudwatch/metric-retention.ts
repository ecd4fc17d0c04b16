import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../../base/clock.ts";
import type { JournalStore, NewEntry } from "../../../stores/journals/port.ts";
import { Coverage, raw } from "./metric-history.ts";
import { journalsPrefix } from "./metric-points.ts";
import { addSummary, boundSamples, emptySummary, type MetricSummary } from "./metric-summary.ts";
import {
  bucketOf,
  bucketsOfMetric,
  bucketsOfTier,
  floorTo,
  formatRolledUp,
  journalsNamed,
  type MetricTier,
  parseBucket,
  parseRaw,
  parseRolledUp,
  readJournal,
  type StoredPoint,
  tierOfRaw,
  tiers,
} from "./metric-tiers.ts";

/** The most distinct values of a rolled-up point. */
const mostSamples = 250;
/** Raw points in one batch. */
const batchSize = 5_000;
/** Journals rolled up at the same time. Their appends share a sync. */
const atOnce = 16;
/** How long a bucket waits after it is due: an append that began before may be under way. */
const settleMilliseconds = 60_000;
const longest = tiers.at(-1)!.keptMilliseconds;
const always = [-Infinity, Infinity] as const;

/**
 * Moves metric points through the tiers and drops the oldest. Raw points move into buckets of time; a bucket that is
 * due moves as a whole into the next tier. Each step appends the rolled-up points in one batch, with the position up to
 * which they cover their source, and then trims the source. These positions show a step that a crash cut short, and it
 * is finished. Only one roll-up may run at a time.
 */
export async function rollUpMetrics(
  { journals, clock }: { readonly journals: JournalStore; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now();
  const each = async (pages: AsyncIterable<readonly string[]>, act: (journal: string) => Promise<void>) => {
    for await (const page of pages)
      for (let start = 0; start < page.length; start += atOnce) {
        // Journals often answer within one turn of the event loop, which would keep requests waiting.
        await nextTurn();
        if (signal.aborted) return;
        await Promise.all(page.slice(start, start + atOnce).map(act));
      }
  };

  await each(journalsNamed(journals, journalsPrefix), (journal) => rollUpRaw(journals, journal, now));
  for (const [index, tier] of tiers.entries())
    await each(bucketsOfTier(journals, tier), async (bucket) => {
      const { journal, start } = parseBucket(bucket, tier);
      if (start + tier.bucketMilliseconds + tier.keptMilliseconds > now - settleMilliseconds) return;
      await rollUpBucket(journals, { bucket, journal, start, tier, next: tiers[index + 1] });
    });
}

/** Moves all raw points into buckets. */
async function rollUpRaw(journals: JournalStore, journal: string, now: number): Promise<void> {
  const summary = await journals.summary(journal);
  if (!summary) return;
  const { first, next, lastAppended = 0 } = summary;
  for (let position = first; position < next; ) {
    const entries = await journals.read(journal, position, Math.min(batchSize, next - position));
    if (entries.length === 0) break;
    position = entries.at(-1)!.position + 1;
    const byBucket = Map.groupBy(entries, (entry) => bucketOf(journal, tierOfRaw(entry), entry.time));
    for (const [bucket, group] of byBucket)
      await rollUp(journals, group.map(parseRaw), { bucket, tier: tierOfRaw(group[0]!), from: raw, upto: position });
    await journals.trim(journal, position);
  }
  if (first < next || lastAppended > now - longest) return;
  for (const tier of tiers) if ((await bucketsOfMetric(journals, journal, tier, always)).length > 0) return;
  await journals.trim(journal, next, { dropEmpty: true });
}

interface Bucket {
  readonly bucket: string;
  readonly journal: string;
  readonly start: number;
  readonly tier: MetricTier;
  readonly next: MetricTier | undefined;
}

/** Moves a bucket that is due into the next tier, or drops it from the last one. */
async function rollUpBucket(journals: JournalStore, { bucket, journal, start, tier, next }: Bucket): Promise<void> {
  const points = await readJournal(journals, bucket, always, parseRolledUp);
  const upto = points.length > 0 ? points.at(-1)!.position + 1 : 0;
  if (next)
    await rollUp(journals, points, { bucket: bucketOf(journal, next, start), tier: next, from: tier.name, upto });

  // The positions in a bucket are needed while its sources hold the points that they cover.
  const sources = new Map<string, number>();
  for (const { time, rolledUp } of points) {
    const finer = tiers.find(({ name }) => name === rolledUp!.from);
    const source = finer ? bucketOf(journal, finer, time) : journal;
    sources.set(source, Math.max(rolledUp!.upto, sources.get(source) ?? 0));
  }
  for (const [source, covered] of sources) {
    const summary = await journals.summary(source);
    if (summary && summary.first < covered) return;
  }
  await journals.trim(bucket, Number.POSITIVE_INFINITY);
}

/** Appends the points of one journal before the position `upto` to a bucket, except those that the bucket covers. */
async function rollUp(
  journals: JournalStore,
  points: readonly StoredPoint[],
  { bucket, tier, from, upto }: { bucket: string; tier: MetricTier; from: string; upto: number },
): Promise<void> {
  if (points.length === 0) return;
  const timeOf = ({ time }: StoredPoint) => floorTo(time, tier.stepMilliseconds);
  const times = points.map(timeOf);
  const range = [
    times.reduce((earliest, time) => Math.min(earliest, time)),
    times.reduce((latest, time) => Math.max(latest, time)),
  ] as const;
  const coverage = new Coverage();
  for (const point of await readJournal(journals, bucket, range, parseRolledUp)) coverage.add(tier, point);

  const sums = new Map<string, { time: number; unit: string; summary: MetricSummary }>();
  for (const point of points) {
    if (point.summary.count === 0 || coverage.has(tier, from, point)) continue;
    const [time, { unit }] = [timeOf(point), point];
    const key = `${time} ${unit}`;
    const sum = sums.get(key) ?? { time, unit, summary: emptySummary() };
    sums.set(key, sum);
    addSummary(sum.summary, point.summary, mostSamples);
  }
  const entries = [...sums.values()]
    .sort((a, b) => a.time - b.time)
    .map(({ time, unit, summary }): NewEntry => {
      const { samples } = summary;
      const bounded = { ...summary, samples: samples && boundSamples(samples, mostSamples) };
      return { time, data: formatRolledUp(unit, bounded, from, upto) };
    });
  await journals.append(bucket, entries);
}
