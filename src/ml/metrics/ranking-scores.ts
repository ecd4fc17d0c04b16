import { auc } from "./auc.ts";

/** How well scores put the rows of a class above others. */
export interface RankingScores {
  /** The area under the ROC curve: 0.5 for scores that tell nothing. NaN where all rows are of the class, or none. */
  readonly rocAuc: number;
  /**
   * The area under the curve of precision by recall, in steps: the mean of the precisions at which a row of the class is
   * reached. NaN where no row is of the class.
   */
  readonly averagePrecision: number;
}

/**
 * Scores how rows are ranked, as scikit-learn's `roc_auc_score` and `average_precision_score` do; equal scores are one step.
 *
 * @param isOfClass 1 or 0 by row
 */
export function rankingScores(isOfClass: Float64Array, scores: Float64Array): RankingScores {
  const order = Uint32Array.from(scores.keys()).sort((one, other) => scores[other]! - scores[one]!);
  let [hits, sum] = [0, 0];
  for (let from = 0; from < order.length; ) {
    const score = scores[order[from]!]!;
    let [to, own] = [from, 0];
    for (; to < order.length && scores[order[to]!] === score; to++) own += isOfClass[order[to]!]!;
    hits += own;
    sum += own * (hits / to);
    from = to;
  }
  return {
    rocAuc: auc.evaluate({ predictions: scores, labels: isOfClass, groups: 1 }),
    averagePrecision: sum / hits,
  };
}

/**
 * The mean area under the ROC curve of each class against all others, over the classes that some rows have and others have
 * not; NaN when there is none. scikit-learn's `roc_auc_score(multi_class="ovr")`.
 *
 * @param shares a number per class for each row
 */
export function rocAucOfClasses(labels: Int32Array, shares: Float64Array, classes: number): number {
  let [sum, count] = [0, 0];
  for (let k = 0; k < classes; k++) {
    const isOfClass = Float64Array.from(labels, (label) => (label === k ? 1 : 0));
    const scores = Float64Array.from(labels, (_, row) => shares[row * classes + k]!);
    const area = auc.evaluate({ predictions: scores, labels: isOfClass, groups: 1 });
    if (Number.isNaN(area)) continue;
    sum += area;
    count++;
  }
  return sum / count;
}
