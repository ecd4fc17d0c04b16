import type { Random } from "../src/base/random.ts";
import type { Happening, Told } from "../src/services/sagemaker/features/record-oracle.fixture.ts";

/** Seconds since 1970; events are of a few seconds from then on, so that many are of the same moment. */
export const firstSecond = 1_700_000_000;
export const lastSecond = firstSecond + 12;
/** Lives that are over whatever the time is, or not before this century's second half. */
const [shortLife, longLife] = [5, 1_000_000_000];

/** Makes a log of events of some records: out of order, twice, with deletions, lives, values left out and stores of choice. */
export function randomLog(ids: readonly string[], count: number, random: Random): readonly Happening[] {
  const oneOf = <T>(...all: readonly T[]): T => all[random.below(all.length)]!;
  const values = () => {
    const made: Record<string, string> = {};
    for (const name of ["text", "ratio"]) if (random.below(2) === 0) made[name] = oneOf("1", "2", "3");
    return made;
  };
  return Array.from({ length: count }, (): Happening => {
    const [id, time] = [oneOf(...ids), firstSecond + random.below(lastSecond - firstSecond)];
    const seconds = oneOf(undefined, undefined, undefined, shortLife, longLife);
    const kind = random.below(9);
    if (kind < 2) return { what: "delete", id, time, hard: random.below(2) === 0 };
    if (kind < 4) {
      const changed = { text: "4", ...values() };
      return random.below(2) === 0
        ? { what: "update", id, time, values: changed, seconds }
        : { what: "update", id, values: changed };
    }
    const stores = oneOf(undefined, undefined, ["OnlineStore"] as const, ["OfflineStore"] as const);
    const isOnline = stores === undefined || (stores[0] as string) === "OnlineStore";
    return { what: "put", id, time, values: values(), stores, seconds: isOnline ? seconds : undefined };
  });
}

/** A row of a dataset: of which record, at which moment. */
export interface Asked {
  readonly id: string;
  readonly time: number;
}

/**
 * The record that a row of a dataset has, by a look at the whole history: the latest event up to the row's moment that is after the
 * last deletion of the record; of events of one moment the one that was told last counts.
 */
export function recordAsOf(history: readonly Told[], { id, time }: Asked): Told | undefined {
  const own = history.map((told, place) => ({ ...told, place })).filter((told) => told.id === id);
  const isAfter = (a: { time: number; place: number }, b: { time: number; place: number }) =>
    a.time > b.time || (a.time === b.time && a.place > b.place);
  const deletions = own.filter(({ deleted }) => deleted);
  let found: (typeof own)[number] | undefined;
  for (const told of own) {
    if (told.deleted || told.time > time) continue;
    if (deletions.some((deletion) => !isAfter(told, deletion))) continue;
    if (!found || isAfter(told, found)) found = told;
  }
  return found;
}
