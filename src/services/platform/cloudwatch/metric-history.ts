import type { JournalStore } from "../../../stores/journals/port.ts";
import {
  bucketsOfMetric,
  floorTo,
  type MetricTier,
  parseRaw,
  parseRolledUp,
  readJournal,
  type StoredPoint,
  tierOfRaw,
  tiers,
} from "./metric-tiers.ts";

/**
 * Tells which points are already rolled up into a coarser tier. A roll-up writes with each point the journal that it
 * comes from and the position up to which that journal is covered. A covered point is left out, whether it is trimmed
 * or not.
 */
export class Coverage {
  readonly #upto = new Map<string, number>();

  add(tier: MetricTier, { time, rolledUp }: StoredPoint): void {
    if (!rolledUp) return;
    const place = `${tier.name} ${time} ${rolledUp.from}`;
    this.#upto.set(place, Math.max(rolledUp.upto, this.#upto.get(place) ?? 0));
  }

  /** Whether a point of the journal `from` is rolled up into a tier. */
  has(tier: MetricTier, from: string, { time, position }: Pick<StoredPoint, "time" | "position">): boolean {
    const upto = this.#upto.get(`${tier.name} ${floorTo(time, tier.stepMilliseconds)} ${from}`);
    return upto !== undefined && position < upto;
  }
}

/** Names the raw journal as the source of a roll-up; a bucket is named by its tier. */
export const raw = "raw";

/** A point as it lies in a tier, and the tier that it is rolled up to. */
interface FoundPoint {
  readonly point: StoredPoint;
  readonly from: string;
  readonly next: MetricTier | undefined;
}

/**
 * Reads the points of a metric from `begin` up to `end` (exclusive) in all tiers, each once, in no order. `journal`:
 * the raw journal.
 */
export async function readPoints(
  journals: JournalStore,
  journal: string,
  { begin, end }: { readonly begin: number; readonly end: number },
): Promise<Pick<StoredPoint, "time" | "unit" | "summary">[]> {
  const coverage = new Coverage();
  // From fine to coarse: a point that is rolled up meanwhile is seen twice and never missed. Coverage drops the second.
  const points: FoundPoint[] = await readJournal(journals, journal, [begin, end - 1], (entry) => ({
    point: parseRaw(entry),
    from: raw,
    next: tierOfRaw(entry),
  }));
  for (const [index, tier] of tiers.entries()) {
    const range = [floorTo(begin, tier.stepMilliseconds), end - 1] as const;
    for (const bucket of await bucketsOfMetric(journals, journal, tier, range))
      for (const point of await readJournal(journals, bucket, range, parseRolledUp)) {
        coverage.add(tier, point);
        if (point.time >= begin) points.push({ point, from: tier.name, next: tiers[index + 1] });
      }
  }
  return points.flatMap(({ point, from, next }) => (next && coverage.has(next, from, point) ? [] : [point]));
}
