/** The rows of one group of a table, by facet and label. */
export interface FacetCounts {
  /** Outside the facet: with the positive label, and with another. */
  readonly othersPositive: number;
  readonly othersNegative: number;
  readonly facetPositive: number;
  readonly facetNegative: number;
}

/** A metric of bias in data, as SageMaker Clarify has it. */
export interface BiasMetric {
  readonly name: "CI" | "DPL" | "JS" | "KL" | "LP" | "TVD" | "KS" | "CDDL";
  readonly title: string;
  /** What it says, and where it lies. */
  readonly summary: string;
  /**
   * Works it out of the counts of the whole table and of its groups. Returns why it cannot be, in a sentence, instead.
   */
  of(counts: FacetCounts, groups: readonly FacetCounts[] | undefined): number | string;
}

const rowsOfOthers = ({ othersPositive, othersNegative }: FacetCounts) => othersPositive + othersNegative;
const rowsOfFacet = ({ facetPositive, facetNegative }: FacetCounts) => facetPositive + facetNegative;

/** Says why there is nothing to compare. */
function emptySide(counts: FacetCounts): string | undefined {
  if (rowsOfFacet(counts) === 0) return "No row is in the facet.";
  if (rowsOfOthers(counts) === 0) return "All rows are in the facet: there are no others to compare them with.";
  return undefined;
}

/** A metric of how the labels of both sides are distributed, over the labels that both have (a probability of 0 has no logarithm). */
const divergence = (of: (others: readonly number[], facet: readonly number[]) => number) => (counts: FacetCounts) => {
  const empty = emptySide(counts);
  if (empty) return empty;
  const others = [counts.othersNegative, counts.othersPositive].map((rows) => rows / rowsOfOthers(counts));
  const facet = [counts.facetNegative, counts.facetPositive].map((rows) => rows / rowsOfFacet(counts));
  const shared = [0, 1].filter((at) => others[at]! > 0 && facet[at]! > 0);
  if (shared.length === 0) return "The facet and the other rows have no label in common.";
  return of(
    shared.map((at) => others[at]!),
    shared.map((at) => facet[at]!),
  );
};

const entropyTo = (of: readonly number[], to: readonly number[]): number =>
  of.reduce((sum, share, at) => sum + share * Math.log(share / to[at]!), 0);
const distances = (others: readonly number[], facet: readonly number[]): readonly number[] =>
  others.map((share, at) => Math.abs(share - facet[at]!));

/**
 * The metrics of bias before training. The facet is the set of rows that may be disadvantaged; a positive value says that it
 * is, except in the distances. Formulas: SageMaker Clarify's documentation (Das et al., Fairness Measures for Machine
 * Learning in Finance, 2020), with the conventions of its package smclarify: labels are positive or not, and a label that one
 * side lacks is left out of the distances.
 */
export const preTrainingBias: readonly BiasMetric[] = [
  {
    name: "CI",
    title: "Class imbalance",
    summary: "(others - facet) / all rows: -1 to 1; above 0 the facet has fewer rows.",
    of: (counts) =>
      emptySide(counts) ?? (rowsOfOthers(counts) - rowsOfFacet(counts)) / (rowsOfOthers(counts) + rowsOfFacet(counts)),
  },
  {
    name: "DPL",
    title: "Difference in proportions of labels",
    summary: "The others' share of positive labels less the facet's: -1 to 1; above 0 the facet has fewer.",
    of: (counts) =>
      emptySide(counts) ?? counts.othersPositive / rowsOfOthers(counts) - counts.facetPositive / rowsOfFacet(counts),
  },
  {
    name: "JS",
    title: "Jensen-Shannon divergence",
    summary: "The mean entropy of both distributions relative to their middle: 0 to 0.69; 0 where they are the same.",
    of: divergence((others, facet) => {
      const middle = others.map((share, at) => (share + facet[at]!) / 2);
      return (entropyTo(others, middle) + entropyTo(facet, middle)) / 2;
    }),
  },
  {
    name: "KL",
    title: "Kullback-Leibler divergence",
    summary: "The entropy of the others' labels relative to the facet's: 0 and more; 0 where they are the same.",
    of: divergence(entropyTo),
  },
  {
    name: "LP",
    title: "Lp-norm",
    summary: "The distance (p = 2) of both distributions: 0 to 1.41; 0 where they are the same.",
    of: divergence((others, facet) => Math.sqrt(distances(others, facet).reduce((sum, one) => sum + one * one, 0))),
  },
  {
    name: "TVD",
    title: "Total variation distance",
    summary: "Half the sum of the differences between both distributions: 0 to 1; 0 where they are the same.",
    of: divergence((others, facet) => distances(others, facet).reduce((sum, one) => sum + one, 0) / 2),
  },
  {
    name: "KS",
    title: "Kolmogorov-Smirnov distance",
    summary: "The greatest difference between both distributions: 0 to 1; 0 where they are the same.",
    of: divergence((others, facet) => Math.max(...distances(others, facet))),
  },
  {
    name: "CDDL",
    title: "Conditional demographic disparity in labels",
    summary:
      "The facet's share of the other labels less its share of the positive ones, in each group, weighed by rows: -1 to 1; above 0 the facet is rejected more.",
    of(counts, groups) {
      if (groups === undefined) return "It needs the column of a group: set group_name.";
      if (counts.othersPositive + counts.facetPositive === 0) return "No row has a positive label.";
      if (counts.othersNegative + counts.facetNegative === 0) return "Every row has a positive label.";
      let [sum, total] = [0, 0];
      for (const group of groups) {
        const rows = rowsOfOthers(group) + rowsOfFacet(group);
        const share = (facet: number, others: number) => (facet + others === 0 ? 0 : facet / (facet + others));
        const rejected = share(group.facetNegative, group.othersNegative);
        sum += rows * (rejected - share(group.facetPositive, group.othersPositive));
        total += rows;
      }
      return total === 0 ? "No row has a group." : sum / total;
    },
  },
];
