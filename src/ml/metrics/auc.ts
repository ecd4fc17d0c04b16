import type { Metric } from "./metric.ts";

/**
 * Area under the ROC curve: the probability that a positive row is scored above a negative one, equal scores counting
 * half. NaN when there are only positive or only negative rows.
 */
export const auc: Metric = {
  name: "auc",
  maximize: true,
  tasks: ["binary"],
  evaluate({ predictions, labels, weights }) {
    const order = Uint32Array.from(labels.keys()).sort((a, b) => predictions[a]! - predictions[b]!);
    let area = 0;
    let negatives = 0;
    let positives = 0;
    for (let at = 0; at < order.length; ) {
      const score = predictions[order[at]!]!;
      let tiedPositives = 0;
      let tiedNegatives = 0;
      for (; at < order.length && predictions[order[at]!] === score; at++) {
        const row = order[at]!;
        const weight = weights ? weights[row]! : 1;
        tiedPositives += weight * labels[row]!;
        tiedNegatives += weight * (1 - labels[row]!);
      }
      area += tiedPositives * (negatives + tiedNegatives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
    }
    return area / (positives * negatives);
  },
};
