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
/** In trees up to this depth all rows take as many steps as the longest way has: it costs less than to look for its end. */
const mostSteps = 16;

export function createForest({ trees, groupOf, groups }: Pick<Model, "trees" | "groupOf" | "groups">): Forest {
  const size = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const roots = new Int32Array(trees.length);
  const depths = new Int32Array(trees.length);
  const feature = new Int32Array(size);
  // The right child of a node stands behind the left one. A leaf is its own left child, and nothing leads right of it.
  const left = new Int32Array(size);
  const threshold = new Float32Array(size).fill(Number.NaN);
  /** The child for missing values. */
  const missing = new Int32Array(size);
  const leaf = new Float32Array(size);
  let end = 0;
  for (const [t, tree] of trees.entries()) {
    const start = end++;
    roots[t] = start;
    // Nodes in their order here, and how deep they are.
    const nodes = [0];
    const steps = [0];
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at]!;
      const place = start + at;
      if (tree.feature[node]! < 0) {
        left[place] = place;
        leaf[place] = tree.threshold[node]!;
        continue;
      }
      feature[place] = tree.feature[node]!;
      threshold[place] = tree.threshold[node]!;
      left[place] = end;
      missing[place] = tree.defaultLeft[node] ? end : end + 1;
      nodes.push(tree.left[node]!, tree.right[node]!);
      steps.push(steps[at]! + 1, steps[at]! + 1);
      end += 2;
    }
    depths[t] = steps.at(-1)!;
  }
  /** Takes a step from a node, without a branch that would be guessed wrongly half the time. */
  const step = (node: number, values: Float32Array, base: number): number =>
    left[node]! + Number(values[base + feature[node]!]! >= threshold[node]!);
  const leafOf = (root: number, values: Float32Array, base: number): number => {
    let node = root;
    while (left[node] !== node) {
      const value = values[base + feature[node]!]!;
      node = Number.isNaN(value) ? missing[node]! : left[node]! + Number(value >= threshold[node]!);
    }
    return leaf[node]!;
  };
  return {
    addTo(margins, { rows, columns, values }) {
      for (let from = 0; from < rows; from += blockRows) {
        const to = Math.min(rows, from + blockRows);
        const isWhole = !values.subarray(from * columns, to * columns).some(Number.isNaN);
        for (let t = 0; t < roots.length; t++) {
          const group = groupOf[t]!;
          const root = roots[t]!;
          const depth = depths[t]!;
          let row = from;
          // Four rows at a time: none waits for what another one reads.
          if (isWhole && depth <= mostSteps)
            for (; row + 3 < to; row += 4) {
              const base = row * columns;
              let [first, second, third, fourth] = [root, root, root, root];
              for (let taken = 0; taken < depth; taken++) {
                first = step(first, values, base);
                second = step(second, values, base + columns);
                third = step(third, values, base + 2 * columns);
                fourth = step(fourth, values, base + 3 * columns);
              }
              const at = row * groups + group;
              margins[at]! += leaf[first]!;
              margins[at + groups]! += leaf[second]!;
              margins[at + 2 * groups]! += leaf[third]!;
              margins[at + 3 * groups]! += leaf[fourth]!;
            }
          for (; row < to; row++) margins[row * groups + group]! += leafOf(root, values, row * columns);
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
