import type { Task } from "../../metrics/metric.ts";

/**
 * The loss that training lowers. Numbers are rounded to 32 bits where XGBoost computes in 32 bits, so that trees and
 * predictions come out the same.
 */
export interface Objective {
  readonly task: Task;
  /** Whether scale_pos_weight multiplies the weight of rows labelled 1. */
  readonly weighsPositives: boolean;
  /** base_score as a margin: the sum of leaves that a row starts with. */
  toMargin(baseScore: number): number;
  /** Margins to values or probabilities, in place. `groups` numbers per row: one per class of a multiclass objective. */
  toPredictions(margins: Float32Array, groups: number): void;
  /** The answer to a request where it differs from the predictions: the class of softmax. One number per row. */
  toAnswers?(predictions: Float32Array, groups: number): Float32Array;
  /** First and second derivative of the loss at a prediction, for one group; unweighted. */
  gradient(prediction: number, label: number, group: number): number;
  hessian(prediction: number): number;
  /** Says what a label must be, when this one is not allowed. */
  labelProblem(label: number, classes: number): string | undefined;
}

const squaredError: Objective = {
  task: "regression",
  weighsPositives: true,
  toMargin: (baseScore) => baseScore,
  toPredictions: () => {},
  gradient: (prediction, label) => prediction - label,
  hessian: () => 1,
  labelProblem: (label) => (Number.isFinite(label) ? undefined : "a number"),
};

const logistic: Objective = {
  task: "binary",
  weighsPositives: true,
  toMargin: (baseScore) => -Math.log(1 / baseScore - 1),
  toPredictions(margins) {
    for (let i = 0; i < margins.length; i++) margins[i] = 1 / (1 + Math.exp(-margins[i]!));
  },
  gradient: (probability, label) => probability - label,
  hessian: (probability) => Math.max(probability * (1 - probability), 1e-16),
  labelProblem: (label) => (label >= 0 && label <= 1 ? undefined : "0 or 1 (or a probability between)"),
};

const softprob: Objective = {
  task: "multiclass",
  weighsPositives: false,
  toMargin: (baseScore) => baseScore,
  toPredictions(margins, groups) {
    for (let from = 0; from < margins.length; from += groups) {
      let largest = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < groups; k++) largest = Math.max(largest, margins[from + k]!);
      let sum = 0;
      for (let k = 0; k < groups; k++) sum += margins[from + k] = Math.fround(Math.exp(margins[from + k]! - largest));
      for (let k = 0; k < groups; k++) margins[from + k]! /= sum;
    }
  },
  gradient: (probability, label, group) => (label === group ? probability - 1 : probability),
  hessian: (probability) => Math.max(2 * probability * (1 - probability), 1e-16),
  labelProblem: (label, classes) =>
    Number.isInteger(label) && label >= 0 && label < classes ? undefined : `a whole number from 0 to ${classes - 1}`,
};

const softmax: Objective = {
  ...softprob,
  toAnswers(predictions, groups) {
    const answers = new Float32Array(predictions.length / groups);
    for (let row = 0; row < answers.length; row++) {
      const probabilities = predictions.subarray(row * groups, (row + 1) * groups);
      answers[row] = probabilities.indexOf(Math.max(...probabilities));
    }
    return answers;
  },
};

/** By their name in the hyperparameter `objective` and in model files. */
export const objectives: Readonly<Record<string, Objective>> = {
  "reg:squarederror": squaredError,
  // The name before XGBoost 0.90.
  "reg:linear": squaredError,
  "binary:logistic": logistic,
  "multi:softprob": softprob,
  "multi:softmax": softmax,
};
