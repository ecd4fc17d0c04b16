/**
 * The predictions of a model with the true labels. `predictions` has `groups` numbers per row: one value or
 * probability, or one probability per class.
 */
export interface Outcome {
  readonly predictions: Float32Array | Float64Array;
  readonly groups: number;
  readonly labels: Float32Array | Float64Array;
  /** Absent: every row counts 1. */
  readonly weights?: Float32Array;
}

export interface Metric {
  readonly name: string;
  /** Whether a higher value is better. */
  readonly maximize: boolean;
  /** The tasks that it can score: values, the probability of one class, or one probability per class. */
  readonly tasks: readonly Task[];
  evaluate(outcome: Outcome): number;
}

export type Task = "regression" | "binary" | "multiclass";

/** Returns the weighted mean of a loss over rows; NaN without rows. */
export function meanOverRows({ labels, weights }: Outcome, loss: (row: number) => number): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    const weight = weights ? weights[row]! : 1;
    sum += loss(row) * weight;
    total += weight;
  }
  return sum / total;
}
