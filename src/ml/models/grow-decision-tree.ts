import type { Random } from "../../base/random.ts";
import type { Matrix } from "../data/matrix.ts";
import { partitionRows } from "../kernels/partition-rows.ts";
import type { Targets } from "./forest-targets.ts";

/** The bins of `algorithms/xgboost/bins.ts`, their codes column by column: a node reads few columns of its rows. */
export interface ColumnBins {
  readonly rows: number;
  readonly columns: number;
  readonly byColumn: Uint8Array | Uint16Array;
  readonly offsets: Int32Array;
  readonly cuts: Float32Array;
}

export interface TreeLimits {
  readonly columnsOfNode: number;
  /** 0: none. */
  readonly maxDepth: number;
  readonly minLeafRows: number;
}

/** A tree as columns, one entry per node; node 0 is the root. A row goes left when its value is below the threshold. */
export interface DecisionTree {
  /** -1 in a leaf. */
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  /** The left child; the right one is the next. */
  readonly left: Int32Array;
  readonly missingLeft: Uint8Array;
  /** `width` numbers per node. */
  readonly answers: Float64Array;
  /** By how much the tests of each column lower the impurity, times rows. */
  readonly gains: Float64Array;
}

/** A smaller loss of impurity, as a share of the rows, is taken for rounding noise. */
const leastGain = 1e-12;

/**
 * Grows a tree on rows that count `times` each. A node tests one of a few columns drawn for it, so the sums of the bins are
 * made for these alone; where none of them varies among the node's rows, further ones are drawn.
 */
export function growDecisionTree(
  bins: ColumnBins,
  targets: Targets,
  times: Float64Array,
  { columnsOfNode, maxDepth, minLeafRows }: TreeLimits,
  random: Random,
): DecisionTree {
  const { size } = targets;
  const { offsets, cuts, byColumn } = bins;
  const rows = Uint32Array.from(times.keys()).filter((row) => times[row]! > 0);
  const spare = new Uint32Array(rows.length);
  const drawn = Int32Array.from({ length: bins.columns }, (_, column) => column);
  let mostSlots = 0;
  for (let c = 0; c < bins.columns; c++) mostSlots = Math.max(mostSlots, offsets[c + 1]! - offsets[c]!);
  const sums = new Float64Array(mostSlots * size);
  const [whole, left, right] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const gains = new Float64Array(bins.columns);
  const feature: number[] = [];
  const threshold: number[] = [];
  const leftChild: number[] = [];
  const missingLeft: number[] = [];
  const answers: number[] = [];
  const addNode = () => {
    leftChild.push(-1);
    threshold.push(0);
    missingLeft.push(0);
    return feature.push(-1) - 1;
  };

  /** The best of the node's columns so far. */
  const best = { gain: 0, feature: -1, boundary: 0, missingLeft: false };
  const consider = (column: number, boundary: number, missingIsLeft: boolean, purity: number) => {
    if (left[0]! < minLeafRows || right[0]! < minLeafRows) return;
    const gain = targets.purity(left, 0) + targets.purity(right, 0) - purity;
    if (gain > best.gain) Object.assign(best, { gain, feature: column, boundary, missingLeft: missingIsLeft });
  };
  /** Tries every cut of a column. Returns whether its values differ among the node's rows. */
  const tryColumn = (column: number, from: number, to: number, purity: number): boolean => {
    const slots = offsets[column + 1]! - offsets[column]!;
    const codes = byColumn.subarray(column * bins.rows, (column + 1) * bins.rows);
    sums.fill(0, 0, slots * size);
    for (let i = from; i < to; i++) targets.add(sums, codes[rows[i]!]! * size, rows[i]!, times[rows[i]!]!);
    let used = 0;
    for (let slot = 0; slot < slots; slot++) if (sums[slot * size]! > 0) used++;
    if (used < 2) return false;
    const missing = slots - 1;
    for (const missingIsLeft of sums[missing * size]! > 0 ? [false, true] : [false]) {
      left.fill(0);
      if (missingIsLeft) for (let k = 0; k < size; k++) left[k] = sums[missing * size + k]!;
      for (let slot = 0; slot < missing; slot++) {
        if (sums[slot * size] === 0) continue;
        for (let k = 0; k < size; k++) {
          left[k]! += sums[slot * size + k]!;
          right[k] = whole[k]! - left[k]!;
        }
        if (right[0] === 0) break;
        consider(column, slot, missingIsLeft, purity);
      }
    }
    return true;
  };

  const open = [{ id: addNode(), depth: 0, from: 0, to: rows.length }];
  for (let node = open.pop(); node; node = open.pop()) {
    const { id, depth, from, to } = node;
    whole.fill(0);
    for (let i = from; i < to; i++) targets.add(whole, 0, rows[i]!, times[rows[i]!]!);
    const own: number[] = [];
    targets.answer(whole, 0, own);
    for (const [k, value] of own.entries()) answers[id * targets.width + k] = value;
    best.feature = -1;
    best.gain = leastGain * whole[0]!;
    const mayGrow = (maxDepth === 0 || depth < maxDepth) && whole[0]! >= 2 * minLeafRows && !targets.isPure(whole, 0);
    const purity = targets.purity(whole, 0);
    for (let k = 0, tried = 0; mayGrow && k < drawn.length && tried < columnsOfNode; k++) {
      const other = k + random.below(drawn.length - k);
      [drawn[k], drawn[other]] = [drawn[other]!, drawn[k]!];
      if (tryColumn(drawn[k]!, from, to, purity)) tried++;
    }
    if (best.feature < 0) continue;
    const first = offsets[best.feature]!;
    const missingCode = offsets[best.feature + 1]! - 1 - first;
    const codes = byColumn.subarray(best.feature * bins.rows, (best.feature + 1) * bins.rows);
    const oneColumn = { columns: 1, codes, offsets };
    const middle = partitionRows(rows, from, to, oneColumn, 0, best.boundary, missingCode, best.missingLeft, spare);
    gains[best.feature]! += best.gain;
    feature[id] = best.feature;
    threshold[id] = cuts[first + best.boundary]!;
    missingLeft[id] = best.missingLeft ? 1 : 0;
    leftChild[id] = addNode();
    open.push({ id: addNode(), depth: depth + 1, from: middle, to });
    open.push({ id: leftChild[id]!, depth: depth + 1, from, to: middle });
  }
  return {
    feature: Int32Array.from(feature),
    threshold: Float32Array.from(threshold),
    left: Int32Array.from(leftChild),
    missingLeft: Uint8Array.from(missingLeft),
    answers: Float64Array.from(answers),
    gains,
  };
}

/** Adds a tree's answers for some rows to theirs, `width` numbers per row. */
export function decideRows(
  { feature, threshold, left, missingLeft, answers }: DecisionTree,
  width: number,
  { columns, values }: Matrix,
  rows: Uint32Array,
  sums: Float64Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const base = rows[i]! * columns;
    let node = 0;
    for (let column = feature[0]!; column >= 0; column = feature[node]!) {
      const value = values[base + column]!;
      const goesLeft = Number.isNaN(value) ? missingLeft[node] === 1 : value < threshold[node]!;
      node = left[node]! + (goesLeft ? 0 : 1);
    }
    for (let k = 0; k < width; k++) sums[rows[i]! * width + k]! += answers[node * width + k]!;
  }
}
