import { counted } from "../../base/counted.ts";

/** Of more cells in all pairs of columns fewer rows are looked at. */
const mostProducts = 2e9;

/** How many rows are looked at where columns are taken two by two: all, but of a table with very many columns. */
export const rowsOfPairs = (columns: number, rows: number): number =>
  Math.min(rows, Math.max(1, Math.floor(mostProducts / Math.max(1, columns ** 2 / 2))));

/** So many of the rows, as far apart as can be; a note says so where it is not all. */
export function evenRows(all: number, count: number, notes: string[]): Uint32Array {
  if (count < all)
    notes.push(
      `There are many columns: ${count} of ${counted(all, "row")} ${count === 1 ? "is" : "are"} looked at, as far apart as can be.`,
    );
  return Uint32Array.from({ length: count }, (_, at) => Math.floor((at * all) / count));
}
