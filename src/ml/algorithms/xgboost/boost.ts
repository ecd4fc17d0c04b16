import { createRandom, type Random } from "../../../base/random.ts";
import { DataError } from "../../data/data-error.ts";
import type { LabelledData } from "../../data/matrix.ts";
import type { TrainingRun } from "../../define-algorithm.ts";
import type { Metric } from "../../metrics/metric.ts";
import { createBins } from "./bins.ts";
import { createForest, type Model, startMargins } from "./forest.ts";
import { fillGradients } from "./gradients.ts";
import { createGrower } from "./grow-tree.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import { metricNamed } from "./metrics.ts";
import { type Objective, objectives } from "./objectives.ts";
import type { Tree } from "./tree.ts";

/** Data that is scored after every round, with the margins it has so far. */
interface Watched {
  readonly name: string;
  readonly data: LabelledData;
  readonly margins: Float32Array;
}

/** Gradient boosting: in every round one tree per group, each grown on the gradients the round starts with. */
export async function boost(
  data: { readonly train: LabelledData; readonly validation?: LabelledData },
  values: Hyperparameters,
  run: TrainingRun,
): Promise<Model> {
  const { train } = data;
  const objective = objectives[values.objective]!;
  const groups = values.num_class ?? 1;
  const random = createRandom(values.seed);
  const bins = createBins(train.features, values.max_bin, random, train.weights);
  const grower = createGrower(bins, values, random);
  const baseScore = values.base_score ?? estimatedBaseScore(train, objective, values.scale_pos_weight);
  const baseScores = Array.from({ length: groups }, () => baseScore);
  const groupsInOrder = Int32Array.from({ length: groups }, (_, group) => group);
  const watch = (name: string, rows: LabelledData): Watched => {
    return { name, data: rows, margins: startMargins({ objective: values.objective, baseScores }, rows.labels.length) };
  };
  const watched = [watch("train", train), ...(data.validation ? [watch("validation", data.validation)] : [])];
  const metrics = (values.eval_metric ?? [defaultMetric(objective, values)]).map((name) => metricNamed(name)!);
  const stopping = stopsEarly(values, data.validation !== undefined, run);
  const patience = createPatience(metrics.at(-1)!, stopping ? values.early_stopping_rounds : undefined);

  const pairs = new Float64Array(2 * train.labels.length);
  const keep = values.subsample < 1 ? new Uint8Array(train.labels.length) : undefined;
  const predictionsOf = ({ margins }: Watched) => {
    const predictions = margins.slice();
    objective.toPredictions(predictions, groups);
    return predictions;
  };
  let trees: Tree[] = [];
  let predictions = predictionsOf(watched[0]!);
  for (let round = 0; round < values.num_round; round++) {
    if (keep) drawRows(keep, values.subsample, random);
    const added: Tree[] = [];
    for (let group = 0; group < groups; group++) {
      const shares = { group, groups, positiveWeight: values.scale_pos_weight };
      const scale = fillGradients(pairs, objective, predictions, train, shares, keep);
      const { tree, leaves } = grower.grow(pairs, scale);
      const { margins } = watched[0]!;
      for (const { rows, value } of leaves)
        for (let i = 0; i < rows.length; i++) margins[rows[i]! * groups + group]! += value;
      added.push(tree);
    }
    trees.push(...added);
    const newTrees = createForest({ trees: added, groupOf: groupsInOrder, groups });
    for (const { data: other, margins } of watched.slice(1)) newTrees.addTo(margins, other.features);

    const scores: number[] = [];
    let line = `[${round}]`;
    for (const [index, one] of watched.entries()) {
      const outcome = { ...one.data, predictions: predictionsOf(one), groups };
      if (index === 0) predictions = outcome.predictions;
      for (const metric of metrics) {
        const score = metric.evaluate(outcome);
        scores.push(score);
        line += `\t${one.name}-${metric.name}:${scoreText(score)}`;
      }
    }
    run.log(line);
    if (patience.isOver(round, scores.at(-1)!)) {
      run.log(`Stopped early: ${metrics.at(-1)!.name} was best in round ${patience.bestRound()}; that model is kept.`);
      break;
    }
    if (!(await run.continues())) {
      run.log(
        `Asked to stop after round ${round}; the model of the ${round + 1} rounds so far is written to /opt/ml/model.`,
      );
      break;
    }
  }
  // With early stopping the best round is kept, even of a job that used all its rounds.
  if (stopping) trees = trees.slice(0, (patience.bestRound() + 1) * groups);
  return {
    objective: values.objective,
    columns: train.features.columns,
    groups,
    baseScores,
    trees,
    groupOf: Int32Array.from(trees, (_, t) => t % groups),
  };
}

/**
 * Returns what XGBoost starts from since 2.0 when base_score is not given: the mean label, rows weighed as in training;
 * 0.5 for an objective with a probability per class. Measured with XGBoost 3.0.5.
 */
function estimatedBaseScore({ labels, weights, placeOf }: LabelledData, objective: Objective, positiveWeight: number) {
  if (objective.task === "multiclass") return 0.5;
  let [sum, total] = [0, 0];
  for (const [row, label] of labels.entries()) {
    const weight = (weights?.[row] ?? 1) * (label === 1 ? positiveWeight : 1);
    sum += weight * label;
    total += weight;
  }
  const mean = Math.fround(sum / total);
  if (objective.task === "binary" && !(mean > 0 && mean < 1)) {
    const { channel, file } = placeOf(0);
    const source = channel === undefined ? { file } : { channel, file };
    throw new DataError(
      source,
      `all labels are ${labels[0]}; this version of the image starts from the mean label, which must lie between 0 and 1. ` +
        "Give rows of both classes, or set base_score.",
    );
  }
  return mean;
}

/** Returns the metric of a job that names none. */
const defaultMetric = (objective: Objective, { container }: Hyperparameters): string =>
  objective.task === "regression"
    ? "rmse"
    : `${objective.task === "multiclass" ? "m" : ""}${container.classifierMetric}`;

/** Whether early_stopping_rounds has something to watch in the job's image version. Says so when it has not. */
function stopsEarly(values: Hyperparameters, hasValidation: boolean, run: TrainingRun): boolean {
  const { container, early_stopping_rounds: rounds, eval_metric: metrics } = values;
  if (rounds === undefined) return false;
  if (container.earlyStopping === "last") {
    if (!hasValidation) run.log("early_stopping_rounds watches the channel train: the job has no channel validation.");
    return true;
  }
  if (!hasValidation) run.log("early_stopping_rounds has no effect: the job has no channel validation.");
  else if (!metrics)
    run.log(
      "early_stopping_rounds has no effect: this version of the image watches the last of eval_metric, and the job has none.",
    );
  return hasValidation && metrics !== undefined;
}

/** Tracks one score. Training is over when the score has not improved for `rounds` rounds. */
function createPatience(metric: Metric, rounds = Number.POSITIVE_INFINITY) {
  let best = Number.NaN;
  let bestRound = 0;
  return {
    isOver(round: number, score: number): boolean {
      if (Number.isNaN(best) || (metric.maximize ? score > best : score < best)) [best, bestRound] = [score, round];
      return round - bestRound >= rounds;
    },
    bestRound: () => bestRound,
  };
}

function drawRows(keep: Uint8Array, share: number, random: Random): void {
  for (let row = 0; row < keep.length; row++) keep[row] = random.next() < share ? 1 : 0;
}

const scoreText = (score: number): string => (Number.isNaN(score) ? "nan" : score.toFixed(5));
