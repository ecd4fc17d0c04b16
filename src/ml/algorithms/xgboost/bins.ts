import type { Random } from "../../../base/random.ts";
import { growingArray } from "../../data/growing-array.ts";
import type { Matrix } from "../../data/matrix.ts";
import type { BinCodes } from "../../kernels/gradient-histogram.ts";
import { quantileCuts } from "../../kernels/quantile-cuts.ts";

/**
 * The features as bin numbers. Column c has the slots `offsets[c]` to `offsets[c + 1]` - 1, one per bin and a last one
 * for missing values. `cuts[slot]` is the upper end (not included) of the slot's bin; in the slot for missing values it
 * is a number below every value of the column.
 */
export interface Bins extends BinCodes {
  readonly rows: number;
  readonly cuts: Float32Array;
}

/** Cuts are found on at most this many rows of a column. */
const sampleRows = 2 ** 18;

export function createBins(features: Matrix, maxBins: number, random: Random, weights?: Float32Array): Bins {
  const { rows, columns, values } = features;
  const sample = rowSample(rows, random);
  const offsets = new Int32Array(columns + 1);
  // One array for all columns: an object for each would fill the heap of a table of millions of columns.
  const growing = growingArray((length) => new Float32Array(length));
  for (let column = 0; column < columns; column++) {
    const { sorted, ranks } = sortedColumn(features, column, sample, weights);
    const own = quantileCuts(sorted, maxBins, ranks);
    const below = sorted.length === 0 ? 0 : Math.fround(sorted[0]! - (Math.abs(sorted[0]!) + 1e-5));
    for (const cut of own) growing.push(cut);
    growing.push(below);
    offsets[column + 1] = growing.length;
  }
  const cuts = growing.take();

  const hasMissing = values.some(Number.isNaN);
  const codes = maxBins + (hasMissing ? 1 : 0) <= 256 ? new Uint8Array(values.length) : new Uint16Array(values.length);
  for (let cell = 0, row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, cell++)
      codes[cell] = codeOf(values[cell]!, cuts, offsets[column]!, offsets[column + 1]! - 1);
  return { rows, columns, codes, offsets, cuts };
}

/**
 * Returns the first bin whose cut is above the value; values above the last cut, unseen by the sample, go into the last
 * bin.
 */
function codeOf(value: number, cuts: Float32Array, first: number, missing: number): number {
  if (Number.isNaN(value)) return missing - first;
  let low = first;
  let high = missing - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cuts[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low - first;
}

/** Row numbers, ascending: all of them, or one drawn from each of `sampleRows` equal stretches. */
function rowSample(rows: number, random: Random): Uint32Array {
  if (rows <= sampleRows) return Uint32Array.from({ length: rows }, (_, row) => row);
  return Uint32Array.from({ length: sampleRows }, (_, i) => Math.floor(((i + random.next()) * rows) / sampleRows));
}

function sortedColumn(
  { columns, values }: Matrix,
  column: number,
  sample: Uint32Array,
  weights?: Float32Array,
): { sorted: Float32Array; ranks?: Float64Array } {
  const present = sample.filter((row) => !Number.isNaN(values[row * columns + column]!));
  if (!weights) return { sorted: Float32Array.from(present, (row) => values[row * columns + column]!).sort() };
  present.sort((a, b) => values[a * columns + column]! - values[b * columns + column]!);
  let total = 0;
  return {
    sorted: Float32Array.from(present, (row) => values[row * columns + column]!),
    ranks: Float64Array.from(present, (row) => (total += weights[row]!)),
  };
}
