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
 * What the rolled-up points of a tier say of finer journals: a roll-up writes, with each point, from which journal it
 * comes and up to which position that is done. So a point is rolled up when its place in the coarser tier says so, and
 * is then left out, whether it was trimmed meanwhile or not.
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

/** The name of the journal with the points as they came, in roll-ups of it; a bucket goes by its tier's. */
export const raw = "raw";

/** All points of a metric from `begin` to before `end`, each once, from all tiers, in no order. `journal`: its raw one. */
export async function readPoints(
  journals: JournalStore,
  journal: string,
  { begin, end }: { readonly begin: number; readonly end: number },
): Promise<Pick<StoredPoint, "time" | "unit" | "summary">[]> {
  const points: { readonly point: StoredPoint; readonly from: string; readonly next: MetricTier | undefined }[] = [];
  const coverage = new Coverage();
  // From fine to coarse, so that what is rolled up meanwhile is seen twice, which coverage mends, and never missed.
  const asTheyCame = await readJournal(journals, journal, [begin, end - 1], (entry) => ({
    point: parseRaw(entry),
    from: raw,
    next: tierOfRaw(entry),
  }));
  points.push(...asTheyCame);
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
