import type { Matrix } from "../data/matrix.ts";
import { quantileCuts } from "../kernels/quantile-cuts.ts";
import type { Task } from "../metrics/metric.ts";
import { rankingScores } from "../metrics/ranking-scores.ts";
import { regressionScores } from "../metrics/regression-scores.ts";
import { boostTrees, type TargetRows } from "./boosted-trees.ts";
import type { RowSplit } from "./split-rows.ts";

/** What is to be predicted, by row: a value; 0 or 1; a class from 0. */
export interface PowerTarget {
  readonly task: Task;
  /** Of a multiclass task. */
  readonly classes?: number;
  readonly labels: Float64Array;
}

export interface PredictionPower {
  /** How much better than knowing nothing a model of the feature alone predicts: 0 to 1, which is all. */
  readonly power: number;
  readonly score: number;
  readonly metric: "r2" | "rocAuc" | "accuracy";
  /** The score of knowing nothing. */
  readonly trivial: number;
}

/** The rules of `aws/sagemaker-data-insights`, the package of Data Wrangler's report. */
const [leastRows, rounds, patience] = [100, 50, 10];
const mostBins = 256;

/**
 * How well a feature alone predicts the target: boosted trees of at most 50 rounds learn from the rows for training, which
 * end when the others are predicted no better for 10, and these are scored: R² for values, the area under the ROC curve for
 * two classes, accuracy for more. The power is (score - trivial) / (1 - trivial), trivial being 0, 0.5, and the share of the
 * most frequent class; 0 where it is negative.
 *
 * @param feature one column, or several that one feature was made into
 * @returns undefined with fewer than 100 rows, or where either side has one value of the target alone
 */
export async function predictionPower(
  feature: Matrix,
  target: PowerTarget,
  split: RowSplit,
  seed: number,
): Promise<PredictionPower | undefined> {
  const labels = target.task === "regression" ? standardised(target.labels) : target.labels;
  const sides = [split.train, split.validation].map((rows) => Float64Array.from(rows, (row) => labels[row]!));
  if (feature.rows < leastRows || sides.some((own) => own.every((label) => label === own[0]))) return undefined;
  const predictions = await (feature.columns === 1 ? predictByBins : predictByRows)(
    feature,
    { ...target, labels },
    split,
    seed,
  );
  const { score, trivial, metric } = scored(target, sides[1]!, Float64Array.from(predictions));
  return { power: Math.max((score - trivial) / (1 - trivial), 0), score, metric, trivial };
}

function scored({ task, classes = 0 }: PowerTarget, labels: Float64Array, predictions: Float64Array) {
  if (task === "regression")
    return { metric: "r2", trivial: 0, score: regressionScores(labels, predictions).r2 } as const;
  if (task === "binary")
    return { metric: "rocAuc", trivial: 0.5, score: rankingScores(labels, predictions).rocAuc } as const;
  const counts = new Float64Array(classes);
  let hits = 0;
  for (const [row, label] of labels.entries()) {
    const shares = predictions.subarray(row * classes, (row + 1) * classes);
    counts[label]!++;
    if (shares.indexOf(shares.reduce((most, share) => Math.max(most, share), 0)) === label) hits++;
  }
  const most = counts.reduce((best, count) => Math.max(best, count), 0);
  return { metric: "accuracy", trivial: most / labels.length, score: hits / labels.length } as const;
}

async function predictByRows(
  features: Matrix,
  target: PowerTarget,
  split: RowSplit,
  seed: number,
): Promise<Float32Array> {
  const side = (rows: Uint32Array): TargetRows => ({
    features: rowsOf(features, rows),
    labels: Float32Array.from(rows, (row) => target.labels[row]!),
  });
  const validation = side(split.validation);
  const model = await boostTrees({ train: side(split.train), validation }, options(target, seed));
  return model.predict(validation.features);
}

const options = ({ task, classes }: PowerTarget, seed: number) => ({
  task,
  rounds,
  patience,
  seed,
  ...(classes !== undefined && { classes }),
});

/**
 * The same for one column, where all rows of a bin are predicted alike: they are learned as one row, or of several classes
 * as one for each, with as much weight. The sums that trees grow by are the same, and a round takes no longer for more rows.
 */
async function predictByBins(
  column: Matrix,
  target: PowerTarget,
  split: RowSplit,
  seed: number,
): Promise<Float32Array> {
  const { values } = column;
  const known = Float32Array.from(split.train, (row) => values[row]!).filter((value) => !Number.isNaN(value));
  const cuts = quantileCuts(known.sort(), mostBins);
  const bins = Int32Array.from(values, (value) => binOf(value, cuts));
  const side = (rows: Uint32Array) => summed(bins, cuts.length + 1, target, rows);
  const model = await boostTrees(
    { train: side(split.train), validation: side(split.validation) },
    options(target, seed),
  );
  const width = target.task === "multiclass" ? target.classes! : 1;
  const ofBins = model.predict(
    binColumn(
      Array.from({ length: cuts.length + 1 }, (_, bin) => bin),
      cuts.length,
    ),
  );
  const predictions = new Float32Array(split.validation.length * width);
  for (const [at, row] of split.validation.entries())
    predictions.set(ofBins.subarray(bins[row]! * width, (bins[row]! + 1) * width), at * width);
  return predictions;
}

/** The bin of a value: one more than all for a missing value, the last for one above all that are known. */
function binOf(value: number, cuts: Float32Array): number {
  if (Number.isNaN(value)) return cuts.length;
  let [low, high] = [0, Math.max(0, cuts.length - 1)];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cuts[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A column of bin numbers; a bin of missing values is a missing value. */
const binColumn = (bins: readonly number[], missing: number): Matrix => ({
  rows: bins.length,
  columns: 1,
  values: Float32Array.from(bins, (bin) => (bin === missing ? Number.NaN : bin)),
});

function summed(
  bins: Int32Array,
  count: number,
  { task, classes, labels }: PowerTarget,
  rows: Uint32Array,
): TargetRows {
  const groups = task === "multiclass" ? classes! : 1;
  const weights = new Float64Array(count * groups);
  const sums = new Float64Array(count * groups);
  for (const row of rows) {
    const at = bins[row]! * groups + (groups > 1 ? labels[row]! : 0);
    weights[at]!++;
    sums[at]! += labels[row]!;
  }
  const used = [...weights.keys()].filter((at) => weights[at]! > 0);
  return {
    features: binColumn(
      used.map((at) => Math.floor(at / groups)),
      count - 1,
    ),
    labels: Float32Array.from(used, (at) => sums[at]! / weights[at]!),
    weights: Float32Array.from(used, (at) => weights[at]!),
  };
}

const rowsOf = ({ columns, values }: Matrix, rows: Uint32Array): Matrix => {
  const own = new Float32Array(rows.length * columns);
  for (const [at, row] of rows.entries()) own.set(values.subarray(row * columns, (row + 1) * columns), at * columns);
  return { rows: rows.length, columns, values: own };
};

/** Trees learn in 32 bits, which a great mean would use up. R² is the same of any unit. */
function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return values.map((value) => (value - mean) / spread);
}
