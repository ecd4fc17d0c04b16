import { type Metric, meanOverRows, type Outcome } from "./metric.ts";

const meanSquare = (outcome: Outcome): number =>
  meanOverRows(outcome, (row) => (outcome.predictions[row]! - outcome.labels[row]!) ** 2);

/** Distances between a value and its prediction. A probability is a value too. */
const distance = (name: string, evaluate: Metric["evaluate"]): Metric => ({
  name,
  maximize: false,
  tasks: ["regression", "binary"],
  evaluate,
});

export const rmse = distance("rmse", (outcome) => Math.sqrt(meanSquare(outcome)));
export const mse = distance("mse", meanSquare);
export const mae = distance("mae", (outcome) =>
  meanOverRows(outcome, (row) => Math.abs(outcome.predictions[row]! - outcome.labels[row]!)),
);
