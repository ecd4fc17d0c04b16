/** Share of the rows whose predicted probability is on the right side of one half. */
export function accuracy(labels: readonly number[], probabilities: readonly number[]): number {
  const right = labels.filter((label, index) => probabilities[index]! > 0.5 === (label === 1));
  return right.length / labels.length;
}

/**
 * Area under the ROC curve: the share of pairs of one positive and one negative row in which the positive one has the
 * higher probability; equal ones count half.
 */
export function areaUnderCurve(labels: readonly number[], probabilities: readonly number[]): number {
  const of = (wanted: number) => probabilities.filter((_, index) => labels[index] === wanted);
  const [positive, negative] = [of(1), of(0)];
  let won = 0;
  for (const high of positive) for (const low of negative) won += high > low ? 1 : high === low ? 0.5 : 0;
  return won / (positive.length * negative.length);
}

/** The value that this share of the values does not exceed: `quantile(times, 0.99)`. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
}
