import { createRandom } from "../../base/random.ts";
import { boost } from "../algorithms/xgboost/boost.ts";
import { createPredictor } from "../algorithms/xgboost/forest.ts";
import { readHyperparameters } from "../algorithms/xgboost/hyperparameters.ts";
import type { Matrix } from "../data/matrix.ts";
import type { Task } from "../metrics/metric.ts";

/** Rows with what is to be learned of them: a value; 0 or 1, or a share between; a class from 0. */
export interface TargetRows {
  readonly features: Matrix;
  readonly labels: Float32Array;
  readonly weights?: Float32Array;
}

export interface BoostingOptions {
  readonly task: Task;
  /** Of a multiclass task: how many. */
  readonly classes?: number;
  readonly rounds: number;
  /** Absent: 0.3, XGBoost's. */
  readonly learningRate?: number;
  /** Ends when the validation rows' loss has not fallen for so many rounds, and keeps the best round. */
  readonly patience: number;
  readonly seed: number;
  /** Told after every round; false ends with the rounds so far. Absent: goes on. */
  readonly continues?: () => Promise<boolean>;
}

export interface BoostedTrees {
  readonly rounds: number;
  /** The trees' gains by column, as shares of all: 0 to 1. All 0 where no tree has a node. */
  readonly importances: Float64Array;
  /** Predicts a value, a probability, or a probability per class for each row. */
  predict(features: Matrix): Float32Array;
}

const objectives: Readonly<Record<Task, string>> = {
  regression: "reg:squarederror",
  binary: "binary:logistic",
  multiclass: "multi:softprob",
};

/** Learns as the newest of AWS's XGBoost images does (`algorithms/xgboost`), with early stopping on the validation rows. */
export async function boostTrees(
  { train, validation }: { readonly train: TargetRows; readonly validation: TargetRows },
  { task, classes, rounds, learningRate = 0.3, patience, seed, continues = async () => true }: BoostingOptions,
): Promise<BoostedTrees> {
  const metric = task === "regression" ? "rmse" : task === "binary" ? "logloss" : "mlogloss";
  const { values } = readHyperparameters(
    {
      num_round: `${rounds}`,
      objective: objectives[task],
      eval_metric: metric,
      eta: `${learningRate}`,
      early_stopping_rounds: `${patience}`,
      seed: `${createRandom(seed).below(2 ** 31)}`,
      ...(task === "multiclass" && { num_class: `${classes}` }),
      // Of one class alone there is no mean to start from whose odds are finite.
      ...(task === "binary" && !train.labels.some((label) => label !== train.labels[0]) && { base_score: "0.5" }),
    },
    "3.0-5",
  );
  const placeOf = (row: number) => ({ file: "the rows", line: row + 1 });
  const data = { train: { ...train, placeOf }, validation: { ...validation, placeOf } };
  const model = await boost(data, values, { log: () => {}, continues });
  const importances = new Float64Array(train.features.columns);
  for (const { feature, gain } of model.trees)
    for (let node = 0; node < feature.length; node++)
      if (feature[node]! >= 0) importances[feature[node]!]! += gain[node]!;
  const total = importances.reduce((sum, gain) => sum + gain, 0);
  if (total > 0) for (let c = 0; c < importances.length; c++) importances[c]! /= total;
  return { rounds: model.trees.length / model.groups, importances, predict: createPredictor(model) };
}
