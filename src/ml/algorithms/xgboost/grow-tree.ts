import type { Random } from "../../../base/random.ts";
import { addToHistogram, subtractHistogram } from "../../kernels/gradient-histogram.ts";
import { partitionRows } from "../../kernels/partition-rows.ts";
import type { Bins } from "./bins.ts";
import { type ColumnShares, sampleColumns } from "./column-sampler.ts";
import { findSplit } from "./find-split.ts";
import { nodeWeight, type Penalties } from "./regularisation.ts";
import { type Tree, TreeBuilder } from "./tree.ts";

export interface GrowLimits extends Penalties, ColumnShares {
  readonly eta: number;
  readonly gamma: number;
  /** 0: no limit. */
  readonly max_depth: number;
  readonly min_child_weight: number;
}

/** A leaf's rows and its value. */
export interface Leaf {
  readonly rows: Uint32Array;
  readonly value: number;
}

/** A node that may be split: its rows are `rows[from, to)`. */
interface OpenNode {
  readonly id: number;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
  readonly g: number;
  readonly h: number;
  readonly histogram: Float64Array;
}

/** Grows the trees of one table; keeps its working memory from tree to tree. */
export function createGrower(bins: Bins, limits: GrowLimits, random: Random) {
  const rows = new Uint32Array(bins.rows);
  const spare = new Uint32Array(bins.rows);
  const slots = 2 * bins.offsets[bins.columns]!;
  const freeHistograms: Float64Array[] = [];
  const takeHistogram = () => freeHistograms.pop()?.fill(0) ?? new Float64Array(slots);

  /**
   * Grows one tree depth first: the child with fewer rows at once, its sibling after it. So the nodes that wait, each
   * with its histogram, are never more than log2 of the rows. The smaller child's histogram is summed, its sibling's is
   * the difference to the parent's.
   *
   * @param pairs whole-numbered gradient pairs of all rows, times `scale`
   * @returns the tree and its leaves; their row lists are valid until the next tree
   */
  const grow = (pairs: Float64Array, scale: number): { tree: Tree; leaves: Leaf[] } => {
    const builder = new TreeBuilder();
    const leaves: Leaf[] = [];
    const columns = sampleColumns(bins.columns, limits, random);
    const open: OpenNode[] = [];

    const addNode = (g: number, h: number): number => {
      // Of the nodes only the root may lack the hessian that a node must have; it answers nothing then.
      const weight = h < limits.min_child_weight * scale ? 0 : Math.fround(nodeWeight(g / scale, h / scale, limits));
      return builder.add(weight, h / scale, Math.fround(weight * Math.fround(limits.eta)));
    };
    const closeLeaf = (id: number, from: number, to: number) =>
      leaves.push({ rows: rows.subarray(from, to), value: builder.valueOf(id) });
    /** Whether a node can have two children with enough hessian each. */
    const mayGrow = (depth: number, h: number) =>
      (limits.max_depth === 0 || depth < limits.max_depth) && h >= 2 * limits.min_child_weight * scale;

    let g = 0;
    let h = 0;
    for (let row = 0; row < rows.length; row++) {
      rows[row] = row;
      g += pairs[2 * row]!;
      h += pairs[2 * row + 1]!;
    }
    const root = addNode(g, h);
    if (mayGrow(0, h)) {
      const histogram = takeHistogram();
      addToHistogram(histogram, bins, columns.ofTree, pairs, rows, 0, rows.length);
      open.push({ id: root, depth: 0, from: 0, to: rows.length, g, h, histogram });
    } else closeLeaf(root, 0, rows.length);

    for (let node = open.pop(); node; node = open.pop()) {
      const { id, depth, from, to, histogram } = node;
      const split = findSplit(histogram, bins, columns.ofNode(depth), scale, node.g, node.h, limits);
      if (!split) {
        closeLeaf(id, from, to);
        freeHistograms.push(histogram);
        continue;
      }
      const { feature, boundary, defaultLeft, leftG, leftH } = split;
      const missingCode = bins.offsets[feature + 1]! - 1 - bins.offsets[feature]!;
      const middle = partitionRows(rows, from, to, bins, feature, boundary, missingCode, defaultLeft, spare);
      const left = { id: addNode(leftG, leftH), from, to: middle, g: leftG, h: leftH };
      const right = { id: 0, from: middle, to, g: node.g - leftG, h: node.h - leftH };
      right.id = addNode(right.g, right.h);
      builder.split(id, split, left.id, right.id);

      const [smaller, larger] = middle - from <= to - middle ? [left, right] : [right, left];
      const [smallerGrows, largerGrows] = [mayGrow(depth + 1, smaller.h), mayGrow(depth + 1, larger.h)];
      if (!smallerGrows) closeLeaf(smaller.id, smaller.from, smaller.to);
      if (!largerGrows) closeLeaf(larger.id, larger.from, larger.to);
      if (!smallerGrows && !largerGrows) {
        freeHistograms.push(histogram);
        continue;
      }
      const smallerHistogram = takeHistogram();
      addToHistogram(smallerHistogram, bins, columns.ofTree, pairs, rows, smaller.from, smaller.to);
      if (largerGrows) {
        subtractHistogram(histogram, smallerHistogram);
        open.push({ ...larger, depth: depth + 1, histogram });
      } else freeHistograms.push(histogram);
      if (smallerGrows) open.push({ ...smaller, depth: depth + 1, histogram: smallerHistogram });
      else freeHistograms.push(smallerHistogram);
    }
    return { tree: builder.build(), leaves };
  };
  return { grow };
}
