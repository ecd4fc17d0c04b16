/** A table of bin codes, row-major. See algorithms/xgboost/bins.ts. */
export interface BinCodes {
  readonly columns: number;
  readonly codes: Uint8Array | Uint16Array;
  /** The first histogram slot of each column; one more at the end: the number of slots. */
  readonly offsets: Int32Array;
}

/**
 * Sums gradient pairs by bin: slot s of the histogram is (sum of g, sum of h) at 2s and 2s + 1. Only slots of `columns`
 * are written; all of them must be 0 before.
 *
 * @param pairs (g, h) of each row at 2r and 2r + 1, whole numbers whose sums a double holds exactly, so that the order
 *   of adding does not matter
 * @param rows the rows of the node are `rows[from, to)`
 */
export function addToHistogram(
  histogram: Float64Array,
  bins: BinCodes,
  columns: Int32Array,
  pairs: Float64Array,
  rows: Uint32Array,
  from: number,
  to: number,
): void {
  const { codes, offsets, columns: width } = bins;
  const count = columns.length;
  for (let i = from; i < to; i++) {
    const row = rows[i]!;
    const g = pairs[2 * row]!;
    const h = pairs[2 * row + 1]!;
    const base = row * width;
    for (let k = 0; k < count; k++) {
      const column = columns[k]!;
      const slot = 2 * (offsets[column]! + codes[base + column]!);
      histogram[slot]! += g;
      histogram[slot + 1]! += h;
    }
  }
}

/** Subtracts one child from its parent, which leaves the other child. Overwrites the parent. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let i = 0; i < parent.length; i++) parent[i]! -= child[i]!;
}
