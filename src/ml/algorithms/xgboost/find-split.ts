import type { Bins } from "./bins.ts";
import { nodeGain, type Penalties } from "./regularisation.ts";
import type { Split } from "./tree.ts";

/** A smaller gain is taken for rounding noise. */
const leastGain = 1e-6;

/**
 * Returns the best split of a node over some columns, or undefined when none is worth it. Missing values are tried on
 * the right of every cut and, where there are any, on the left too. Of equal gains the lower column, the lower cut, and
 * missing values on the right win.
 *
 * @param histogram sums of gradient pairs by slot, times `scale`
 * @param g sum of the gradients of the node's rows, h of the hessians, both times `scale`
 */
export function findSplit(
  histogram: Float64Array,
  bins: Bins,
  columns: Int32Array,
  scale: number,
  g: number,
  h: number,
  limits: Penalties & { readonly min_child_weight: number; readonly gamma: number },
): Split | undefined {
  const { offsets, cuts } = bins;
  const leastH = limits.min_child_weight * scale;
  const unit = 1 / scale;
  const parentGain = Math.fround(nodeGain(g * unit, h * unit, limits));
  let bestGain = leastGain;
  let best: Omit<Split, "gain" | "threshold"> | undefined;

  /** Tries to split with (leftG, leftH) on the left; compared as 32-bit numbers, as XGBoost does. */
  const consider = (feature: number, boundary: number, leftG: number, leftH: number, defaultLeft: boolean) => {
    const left = nodeGain(leftG * unit, leftH * unit, limits);
    const gain = Math.fround(left + nodeGain((g - leftG) * unit, (h - leftH) * unit, limits) - parentGain);
    if (gain <= bestGain) return;
    bestGain = gain;
    best = { feature, boundary, defaultLeft, leftG, leftH };
  };

  for (let k = 0; k < columns.length; k++) {
    const feature = columns[k]!;
    const first = offsets[feature]!;
    const missing = offsets[feature + 1]! - 1;
    let leftG = 0;
    let leftH = 0;
    for (let slot = first; slot < missing; slot++) {
      const binG = histogram[2 * slot]!;
      const binH = histogram[2 * slot + 1]!;
      if (binH === 0 && binG === 0) continue;
      leftG += binG;
      leftH += binH;
      const rightH = h - leftH;
      if (rightH < leastH || rightH <= 0) break;
      if (leftH >= leastH) consider(feature, slot - first, leftG, leftH, false);
    }
    if (histogram[2 * missing + 1] === 0 && histogram[2 * missing] === 0) continue;
    let rightG = 0;
    let rightH = 0;
    for (let slot = missing - 1; slot >= first; slot--) {
      const binG = histogram[2 * slot]!;
      const binH = histogram[2 * slot + 1]!;
      if (binH === 0 && binG === 0) continue;
      rightG += binG;
      rightH += binH;
      const restH = h - rightH;
      if (restH < leastH || restH <= 0) break;
      if (rightH >= leastH) consider(feature, slot - first - 1, g - rightG, h - rightH, true);
    }
  }
  if (!best || bestGain < limits.gamma) return undefined;
  const { feature, boundary } = best;
  // A boundary of -1 parts missing values from all others: the missing slot holds a number below them.
  const threshold = cuts[boundary < 0 ? offsets[feature + 1]! - 1 : offsets[feature]! + boundary]!;
  return { ...best, threshold, gain: bestGain };
}
