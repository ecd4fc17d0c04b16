import type { Series } from "./series.ts";

/** A place on the x axis, and the value of each series there. */
export type SeriesRow = readonly [x: number, values: readonly (number | undefined)[]];

/** Lays series side by side: the rows with the greatest x, those first. */
export function newestRows(series: readonly Series[], most: number): readonly SeriesRow[] {
  const rows = new Map<number, (number | undefined)[]>();
  for (const [index, { points }] of series.entries())
    for (const { x, y } of points.slice(-most)) {
      const row = rows.get(x) ?? series.map(() => undefined);
      row[index] = y;
      rows.set(x, row);
    }
  return [...rows].sort(([one], [other]) => other - one).slice(0, most);
}
