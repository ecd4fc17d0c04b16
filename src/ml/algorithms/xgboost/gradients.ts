import type { LabelledData } from "../../data/matrix.ts";
import type { Objective } from "./objectives.ts";

/**
 * Fills `pairs` with each row's (g, h) of one group as whole numbers, and returns the scale they were multiplied by: a
 * power of two small enough that any sum of them is exact in a double. So sums come out the same in whatever order they
 * are added, and a parent minus one child is exactly the other child.
 *
 * @param predictions values or probabilities, `groups` per row
 * @param keep which rows take part; a row left out has the pair (0, 0). Absent: all
 */
export function fillGradients(
  pairs: Float64Array,
  objective: Objective,
  predictions: Float32Array,
  { labels, weights }: Pick<LabelledData, "labels" | "weights">,
  { group, groups, positiveWeight }: { group: number; groups: number; positiveWeight: number },
  keep?: Uint8Array,
): number {
  const weightOf1 = objective.weighsPositives ? positiveWeight : 1;
  let sumG = 0;
  let sumH = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    const prediction = predictions[row * groups + group]!;
    const weight = (weights ? weights[row]! : 1) * (label === 1 ? weightOf1 : 1) * (keep ? keep[row]! : 1);
    const g = Math.fround(objective.gradient(prediction, label, group) * weight);
    const h = Math.fround(objective.hessian(prediction) * weight);
    pairs[2 * row] = g;
    pairs[2 * row + 1] = h;
    sumG += Math.abs(g);
    sumH += h;
  }
  const scale = 2 ** Math.floor(51 - Math.log2(Math.max(sumG, sumH, 2 ** -100)));
  for (let i = 0; i < pairs.length; i++) pairs[i] = Math.round(pairs[i]! * scale);
  return scale;
}
