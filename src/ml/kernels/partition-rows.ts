import type { BinCodes } from "./gradient-histogram.ts";

/**
 * Reorders `rows[from, to)` so that those going left come first, both sides keeping their order.
 *
 * @param boundary codes up to it go left
 * @param missingCode goes left when `missingLeft` says so
 * @param spare as long as `rows`; overwritten
 * @returns where the right side starts
 */
export function partitionRows(
  rows: Uint32Array,
  from: number,
  to: number,
  bins: BinCodes,
  column: number,
  boundary: number,
  missingCode: number,
  missingLeft: boolean,
  spare: Uint32Array,
): number {
  const { codes, columns } = bins;
  let left = from;
  let right = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i]!;
    const code = codes[row * columns + column]!;
    if (code === missingCode ? missingLeft : code <= boundary) rows[left++] = row;
    else spare[right++] = row;
  }
  rows.set(spare.subarray(0, right), left);
  return left;
}
