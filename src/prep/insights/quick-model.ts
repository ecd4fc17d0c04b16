import { counted } from "../../base/counted.ts";
import type { Matrix } from "../../ml/data/matrix.ts";
import { classScores } from "../../ml/metrics/class-scores.ts";
import type { Task } from "../../ml/metrics/metric.ts";
import { rankingScores, rocAucOfClasses } from "../../ml/metrics/ranking-scores.ts";
import { regressionScores } from "../../ml/metrics/regression-scores.ts";
import { boostTrees, type TargetRows } from "../../ml/models/boosted-trees.ts";
import { foldRows, type RowSplit, splitRows } from "../../ml/models/split-rows.ts";
import { numberOrNull } from "../analyses/number-or-null.ts";
import type { QuickModelInsights } from "./insights-report.ts";

/** What is to be predicted, by row: a value, or a class from 0. */
export interface ModelTarget {
  readonly task: Task;
  /** The words of the classes; of a regression none. */
  readonly classes: readonly string[];
  readonly labels: Float64Array;
}

/** Rows times columns times classes: how much there is to do in a round. */
const fewCells = 1_000_000;
const manyCells = 8_000_000;
const patience = 10;
/** Fewer rows are no test. */
export const leastRows = 50;
/** A confusion matrix of more classes is not read by people. */
const shownClasses = 20;

/**
 * How a model is learned. Data Wrangler's is XGBoost of 1,000 rounds with a learning rate of 0.025, cross-validated on 5 folds
 * under 50,000 rows. Larger tables learn in fewer and greater steps, on one split, so that a report is there in seconds.
 */
function planOf(cells: number, rows: number) {
  if (cells <= fewCells) return { rounds: 1_000, learningRate: 0.025, folds: rows < 50_000 ? 5 : 1 };
  if (cells <= manyCells) return { rounds: 300, learningRate: 0.1, folds: 1 };
  return { rounds: 60, learningRate: 0.3, folds: 1 };
}

export interface QuickModel {
  readonly insights: QuickModelInsights;
  /** By column of the matrix: shares of all gains. */
  readonly importances: Float64Array;
}

/** Learns the target from all features, and scores what is predicted of rows that were not learned from. */
export async function learnQuickModel(features: Matrix, target: ModelTarget, seed: number): Promise<QuickModel> {
  const { classes, labels, task } = target;
  const { rows } = features;
  const groups = task === "multiclass" ? classes.length : 1;
  const { folds, learningRate, rounds } = planOf(rows * features.columns * groups, rows);
  const own = task === "regression" ? undefined : Int32Array.from(labels);
  const splits: readonly RowSplit[] = folds > 1 ? foldRows(rows, folds, seed, own) : [splitRows(rows, 0.8, seed, own)];
  // Trees learn in 32 bits, which a great mean would use up.
  const { mean, spread } = task === "regression" ? scaleOf(labels) : { mean: 0, spread: 1 };
  const actual: number[] = [];
  const predictions: number[] = [];
  const importances = new Float64Array(features.columns);
  let mostRounds = 0;
  for (const split of splits) {
    const side = (some: Uint32Array): TargetRows => ({
      features: rowsOf(features, some),
      labels: Float32Array.from(some, (row) => (labels[row]! - mean) / spread),
    });
    const validation = side(split.validation);
    const model = await boostTrees(
      { train: side(split.train), validation },
      { task, classes: classes.length, rounds, learningRate, patience, seed },
    );
    mostRounds = Math.max(mostRounds, model.rounds);
    for (const [at, gain] of model.importances.entries()) importances[at]! += gain / splits.length;
    for (const row of split.validation) actual.push(labels[row]!);
    for (const value of model.predict(validation.features)) predictions.push(value * spread + mean);
  }
  return {
    importances,
    insights: {
      kind: "XGBoost",
      task,
      rounds: mostRounds,
      learningRate,
      validation:
        folds > 1
          ? `${splits.length} folds of ${counted(rows, "row")}`
          : `80 % of ${counted(rows, "row")}, scored on the rest`,
      features: features.columns,
      ...scoresOf(target, Float64Array.from(actual), Float64Array.from(predictions)),
    },
  };
}

type Scores = Pick<QuickModelInsights, "scores" | "trivial" | "confusion">;

function scoresOf({ classes, labels, task }: ModelTarget, actual: Float64Array, predictions: Float64Array): Scores {
  if (task === "regression") {
    const mean = labels.reduce((sum, value) => sum + value, 0) / labels.length;
    const trivial = regressionScores(actual, new Float64Array(actual.length).fill(mean));
    return { scores: plain(regressionScores(actual, predictions)), trivial: plain({ ...trivial, r2: 0 }) };
  }
  const own = Int32Array.from(actual);
  const width = task === "binary" ? 1 : classes.length;
  const guesses = own.map((_, row) => {
    const shares = predictions.subarray(row * width, (row + 1) * width);
    if (task === "binary") return shares[0]! > 0.5 ? 1 : 0;
    return shares.indexOf(shares.reduce((most, share) => Math.max(most, share)));
  });
  const { accuracy, balancedAccuracy, classes: report, confusion, macro } = classScores(own, guesses, classes.length);
  const auc =
    task === "binary" ? rankingScores(actual, predictions).rocAuc : rocAucOfClasses(own, predictions, classes.length);
  const most = report.reduce((best, { rows }) => Math.max(best, rows), 0);
  return {
    scores: plain({ accuracy, balancedAccuracy, auc, ...macro }),
    trivial: plain({
      accuracy: most / own.length,
      balancedAccuracy: 1 / report.filter(({ rows }) => rows > 0).length,
      auc: 0.5,
    }),
    ...(classes.length <= shownClasses && { confusion: { classes, counts: confusion, report } }),
  };
}

const plain = (scores: object): Record<string, number | null> =>
  Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, numberOrNull(value as number)]));

function scaleOf(values: Float64Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return { mean, spread };
}

function rowsOf({ columns, values }: Matrix, rows: Uint32Array): Matrix {
  const own = new Float32Array(rows.length * columns);
  for (const [at, row] of rows.entries()) own.set(values.subarray(row * columns, (row + 1) * columns), at * columns);
  return { rows: rows.length, columns, values: own };
}
