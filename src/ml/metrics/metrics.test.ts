import { describe, expect, it } from "vitest";
import { auc } from "./auc.ts";
import { accuracy, error, f1, logloss, merror, mlogloss } from "./classification.ts";
import type { Metric } from "./metric.ts";
import { mae, mse, rmse } from "./regression.ts";

interface Case {
  readonly predictions: number[];
  readonly labels: number[];
  readonly weights?: number[];
  readonly groups?: number;
}

const evaluate = (metric: Metric, { predictions, labels, weights, groups = 1 }: Case): number =>
  metric.evaluate({
    predictions: Float32Array.from(predictions),
    labels: Float32Array.from(labels),
    groups,
    ...(weights ? { weights: Float32Array.from(weights) } : {}),
  });

const value: Case = { predictions: [1, 2, 5], labels: [1, 4, 4], weights: [1, 1, 2] };
const binary: Case = { predictions: [0.25, 0.5, 0.5, 0.75], labels: [0, 1, 0, 1] };
const classes: Case = {
  predictions: [0.5, 0.25, 0.25, 0.25, 0.5, 0.25, 0.5, 0.25, 0.25],
  labels: [0, 1, 2],
  groups: 3,
};

// The expected figures are computed by hand.
describe("metrics", () => {
  it.each<[string, Metric, Case, number]>([
    ["mse, weighted", mse, value, (0 + 4 + 2 * 1) / 4],
    ["rmse, weighted", rmse, value, Math.sqrt(6 / 4)],
    ["mae, weighted", mae, value, (0 + 2 + 2 * 1) / 4],
    ["auc, a tie counts half", auc, binary, 3.5 / 4],
    ["auc, weighted", auc, { ...binary, weights: [1, 1, 3, 1] }, (1 + 1.5 + 4) / 8],
    ["error, 0.5 is not above 0.5", error(), binary, 1 / 4],
    ["error at another threshold", error(0.2), binary, 2 / 4],
    ["accuracy of two classes", accuracy, binary, 3 / 4],
    ["f1, mean of both classes", f1, binary, (4 / 5 + 2 / 3) / 2],
    [
      "logloss, a probability of 0 is not infinite",
      logloss,
      { predictions: [0, 0.5], labels: [1, 0] },
      (16 * Math.LN10 + Math.LN2) / 2,
    ],
    ["mlogloss", mlogloss, classes, (2 * Math.LN2 + Math.log(4)) / 3],
    ["merror", merror, classes, 1 / 3],
    ["accuracy of three classes", accuracy, classes, 2 / 3],
    ["f1, a class never predicted counts 0", f1, classes, (2 / 3 + 1 + 0) / 3],
  ])("%s", (_, metric, outcome, expected) => expect(evaluate(metric, outcome)).toBeCloseTo(expected, 6));

  it("have no AUC for rows of one class", () => {
    expect(evaluate(auc, { predictions: [0.1, 0.9], labels: [1, 1] })).toBeNaN();
  });
});
