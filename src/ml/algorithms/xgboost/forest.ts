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

export function createForest({ trees, groupOf, groups }: Pick<Model, "trees" | "groupOf" | "groups">): Forest {
  const size = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const roots = new Int32Array(trees.length);
  const feature = new Int32Array(size);
  const threshold = new Float32Array(size);
  // Children of node n at 2n (left) and 2n + 1 (right), the one for missing values in `missing`.
  const children = new Int32Array(2 * size);
  const missing = new Int32Array(size);
  let at = 0;
  for (const [t, tree] of trees.entries()) {
    roots[t] = at;
    feature.set(tree.feature, at);
    threshold.set(tree.threshold, at);
    for (let node = 0; node < tree.feature.length; node++) {
      children[2 * (at + node)] = at + tree.left[node]!;
      children[2 * (at + node) + 1] = at + tree.right[node]!;
      missing[at + node] = at + (tree.defaultLeft[node] ? tree.left[node]! : tree.right[node]!);
    }
    at += tree.feature.length;
  }
  return {
    addTo(margins, { rows, columns, values }) {
      for (let row = 0; row < rows; row++) {
        const base = row * columns;
        for (let t = 0; t < roots.length; t++) {
          let node = roots[t]!;
          for (let column = feature[node]!; column >= 0; column = feature[node]!) {
            const value = values[base + column]!;
            if (value < threshold[node]!) node = children[2 * node]!;
            else node = Number.isNaN(value) ? missing[node]! : children[2 * node + 1]!;
          }
          margins[row * groups + groupOf[t]!]! += threshold[node]!;
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
