import type { Matrix } from "../../data/matrix.ts";
import { predictionObjectives } from "./prediction-objectives.ts";
import type { Tree } from "./tree.ts";

/** The result of training, and the content of a model file. */
export interface Model {
  /** A key of `predictionObjectives`. */
  readonly objective: string;
  readonly columns: number;
  /** Margins per row: the number of classes of a multiclass objective, else 1. */
  readonly groups: number;
  /** One per group, as the hyperparameter gives it: for binary:logistic a probability. */
  readonly baseScores: readonly number[];
  /** Whether the base scores are what is added to the leaves, as in files of XGBoost before 1.0. */
  readonly baseScoreIsMargin?: boolean;
  readonly trees: readonly Tree[];
  /** The group that each tree adds to. */
  readonly groupOf: Int32Array;
}

/** All trees of a model in one piece, nodes side by side: quick to walk. */
export interface Forest {
  /** Adds each row's leaves to its margins, `groups` per row, in the order of the trees, in 32 bits as XGBoost does. */
  addTo(margins: Float32Array, features: Matrix): void;
}

/** So many rows go through a tree one after another, while its nodes are at hand. */
const blockRows = 64;

export function createForest({ trees, groupOf, groups }: Pick<Model, "trees" | "groupOf" | "groups">): Forest {
  const size = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const roots = new Int32Array(trees.length);
  const feature = new Int32Array(size);
  const threshold = new Float32Array(size);
  // The right child of a node stands behind the left one; `missing` is the child for missing values.
  const left = new Int32Array(size);
  const missing = new Int32Array(size);
  let end = 0;
  for (const [t, tree] of trees.entries()) {
    roots[t] = end;
    // Nodes that are reached, in their order here.
    const nodes = [0];
    const start = end++;
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at]!;
      feature[start + at] = tree.feature[node]!;
      threshold[start + at] = tree.threshold[node]!;
      if (tree.feature[node]! < 0) continue;
      left[start + at] = end;
      missing[start + at] = tree.defaultLeft[node] ? end : end + 1;
      nodes.push(tree.left[node]!, tree.right[node]!);
      end += 2;
    }
  }
  /** Returns the leaf of a row none of whose values is missing. Without a branch that would be guessed wrongly half the time. */
  const leafOf = (values: Float32Array, base: number, root: number): number => {
    let node = root;
    for (let column = feature[node]!; column >= 0; column = feature[node]!)
      node = left[node]! + Number(values[base + column]! >= threshold[node]!);
    return node;
  };
  const leafOfSparse = (values: Float32Array, base: number, root: number): number => {
    let node = root;
    for (let column = feature[node]!; column >= 0; column = feature[node]!) {
      const value = values[base + column]!;
      node = Number.isNaN(value) ? missing[node]! : left[node]! + Number(value >= threshold[node]!);
    }
    return node;
  };
  return {
    addTo(margins, { rows, columns, values }) {
      for (let from = 0; from < rows; from += blockRows) {
        const to = Math.min(rows, from + blockRows);
        const find = values.subarray(from * columns, to * columns).some(Number.isNaN) ? leafOfSparse : leafOf;
        for (let t = 0; t < roots.length; t++) {
          const group = groupOf[t]!;
          const root = roots[t]!;
          for (let row = from; row < to; row++)
            margins[row * groups + group]! += threshold[find(values, row * columns, root)]!;
        }
      }
    },
  };
}

/** Returns the margins of rows before any tree. */
export function startMargins(
  { objective, baseScores, baseScoreIsMargin }: Pick<Model, "objective" | "baseScores" | "baseScoreIsMargin">,
  rows: number,
): Float32Array {
  const start = Float32Array.from(
    baseScores,
    baseScoreIsMargin ? (score) => score : predictionObjectives[objective]!.toMargin,
  );
  const margins = new Float32Array(rows * start.length);
  for (let i = 0; i < margins.length; i++) margins[i] = start[i % start.length]!;
  return margins;
}

/** A function from rows to predictions, `groups` per row. */
export function createPredictor(model: Model): (features: Matrix) => Float32Array {
  const forest = createForest(model);
  const objective = predictionObjectives[model.objective]!;
  return (features) => {
    const margins = startMargins(model, features.rows);
    forest.addTo(margins, features);
    objective.toPredictions(margins, model.groups);
    return margins;
  };
}
