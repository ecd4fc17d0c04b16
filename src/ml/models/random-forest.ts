import { createRandom, type Random } from "../../base/random.ts";
import { createBins } from "../algorithms/xgboost/bins.ts";
import type { Matrix } from "../data/matrix.ts";
import { createClassTargets, createValueTargets, type Targets } from "./forest-targets.ts";
import { type DecisionTree, decideRows, growDecisionTree } from "./grow-decision-tree.ts";

export interface ForestOptions {
  /** Absent: 20, Spark's. */
  readonly trees?: number;
  /** Absent: 5, Spark's. 0: no limit. */
  readonly maxDepth?: number;
  /** Absent: 32, Spark's. At most 65,535. */
  readonly maxBins?: number;
  /** How many columns a node may choose among. Absent: the root of their number for classes, a third for values. */
  readonly columnsOfNode?: number;
  /** Rows that a leaf must have. Absent: 1. */
  readonly minLeafRows?: number;
  readonly seed: number;
}

export interface RandomForest {
  /** Numbers that a prediction has for each row: a share per class, or 1 value. */
  readonly width: number;
  /**
   * What each column did to part the rows, 0 to 1, the sum being 1: the loss of impurity (Gini's, or the variance) at the
   * nodes that test it, weighed by their rows, of each tree by itself and then their mean. All 0 where no tree has a node.
   */
  readonly importances: Float64Array;
  /** The predictions for the rows of training by the trees that did not see them; NaN where all trees did. */
  readonly outOfBag: Float64Array;
  /** Predicts `width` numbers per row: the mean of the trees. */
  predict(features: Matrix): Float64Array;
}

/**
 * A random forest for classes 0 to `classes` - 1, with Gini's impurity (Breiman, Random Forests, 2001; importances as in
 * Spark's `RandomForestClassifier`). NaN is a missing value and goes where it parts the rows better.
 *
 * @param labels a class by row
 */
export function growClassForest(features: Matrix, labels: Int32Array, classes: number, options: ForestOptions) {
  const columns = Math.ceil(Math.sqrt(features.columns));
  return growForest(features, createClassTargets(labels, classes), { columnsOfNode: columns, ...options });
}

/** The same for values, by their variance. */
export function growValueForest(features: Matrix, values: Float64Array, options: ForestOptions): RandomForest {
  const columns = Math.ceil(features.columns / 3);
  return growForest(features, createValueTargets(values), { columnsOfNode: columns, ...options });
}

function growForest(features: Matrix, targets: Targets, options: ForestOptions): RandomForest {
  const { rows, columns } = features;
  const { trees: count = 20, maxDepth = 5, maxBins = 32, minLeafRows = 1, seed } = options;
  const columnsOfNode = Math.max(1, Math.min(columns, options.columnsOfNode ?? columns));
  const random = createRandom(seed);
  const { codes, offsets, cuts } = createBins(features, maxBins, random);
  const bins = { rows, columns, offsets, cuts, byColumn: transposed(codes, rows, columns) };
  const { width } = targets;
  const trees: DecisionTree[] = [];
  const importances = new Float64Array(columns);
  const outOfBag = new Float64Array(rows * width);
  const votes = new Uint32Array(rows);
  for (let t = 0; t < count; t++) {
    const times = bootstrap(rows, random);
    const tree = growDecisionTree(bins, targets, times, { columnsOfNode, maxDepth, minLeafRows }, random);
    trees.push(tree);
    addShares(importances, tree.gains);
    const unseen = Uint32Array.from(times.keys()).filter((row) => times[row] === 0);
    decideRows(tree, width, features, unseen, outOfBag);
    for (const row of unseen) votes[row]!++;
  }
  for (let at = 0; at < outOfBag.length; at++) outOfBag[at]! /= votes[Math.floor(at / width)]!;
  const total = importances.reduce((sum, one) => sum + one, 0);
  if (total > 0) for (let c = 0; c < columns; c++) importances[c]! /= total;
  return {
    width,
    importances,
    outOfBag,
    predict(other) {
      const predictions = new Float64Array(other.rows * width);
      const all = Uint32Array.from({ length: other.rows }, (_, row) => row);
      for (const tree of trees) decideRows(tree, width, other, all, predictions);
      for (let at = 0; at < predictions.length; at++) predictions[at]! /= count;
      return predictions;
    },
  };
}

/** How often each row is drawn, of as many draws as there are rows. */
function bootstrap(rows: number, random: Random): Float64Array {
  const times = new Float64Array(rows);
  for (let draw = 0; draw < rows; draw++) times[random.below(rows)]!++;
  return times;
}

function addShares(importances: Float64Array, gains: Float64Array): void {
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  if (total > 0) for (let c = 0; c < gains.length; c++) importances[c]! += gains[c]! / total;
}

function transposed<Codes extends Uint8Array | Uint16Array>(codes: Codes, rows: number, columns: number): Codes {
  const turned = codes.slice() as Codes;
  for (let r = 0, at = 0; r < rows; r++) for (let c = 0; c < columns; c++, at++) turned[c * rows + r] = codes[at]!;
  return turned;
}
