import { ModelError } from "../../define-algorithm.ts";
import type { Model } from "./forest.ts";
import { predictionObjectives } from "./prediction-objectives.ts";
import type { Tree } from "./tree.ts";

interface TreesDocument {
  readonly tree_info: readonly number[];
  readonly trees: readonly TreeDocument[];
}

/** The members of a model file that predicting needs, in whichever format they are written. */
export interface ModelDocument {
  readonly learner: {
    readonly gradient_booster: {
      readonly name: string;
      readonly model?: TreesDocument;
      /** Of the booster dart: its trees, and what each one's leaves are multiplied by. */
      readonly gbtree?: { readonly model: TreesDocument };
      readonly weight_drop?: readonly number[];
    };
    readonly learner_model_param: {
      readonly base_score: string;
      readonly num_class: string;
      readonly num_feature: string;
    };
    readonly objective: { readonly name: string };
  };
  readonly baseScoreIsMargin?: boolean;
}

export interface TreeDocument {
  base_weights: number[];
  default_left: (number | boolean)[];
  left_children: number[];
  loss_changes: number[];
  right_children: number[];
  split_conditions: number[];
  split_indices: number[];
  split_type?: number[];
  sum_hessian: number[];
  tree_param: { size_leaf_vector?: string };
}

/** @throws ModelError for a model that this version does not predict with */
export function modelOfDocument({ learner, baseScoreIsMargin = false }: ModelDocument): Model {
  const { gradient_booster: booster, learner_model_param: param, objective } = learner;
  const { tree_info, trees: documents } = booster.gbtree?.model ?? booster.model ?? { tree_info: [], trees: [] };
  if (booster.name !== "gbtree" && booster.name !== "dart")
    throw new ModelError(`The model's booster is ${booster.name}; this version predicts with gbtree and dart only.`);
  if (!Object.hasOwn(predictionObjectives, objective.name))
    throw new ModelError(
      `The model's objective is ${objective.name}; this version has ${Object.keys(predictionObjectives).join(", ")}.`,
    );
  const columns = Number(param.num_feature);
  const groups = Math.max(1, Number(param.num_class));
  // One number up to 2.x, "[5E-1,5E-1]" with one per group since.
  const scores = param.base_score.replace(/[[\]]/g, "").split(",").map(Number);
  const baseScores = Array.from({ length: groups }, (_, group) => scores[group] ?? scores[0]!);
  const groupOf = Int32Array.from(tree_info);
  const scales = booster.name === "dart" ? (booster.weight_drop ?? []) : [];
  const trees = documents.map((tree, index) => readTree(tree, columns, scales[index] ?? 1));
  const fits = scales.length === 0 || scales.length === trees.length;
  if (
    !fits ||
    baseScores.some(Number.isNaN) ||
    trees.length !== groupOf.length ||
    groupOf.some((group) => group >= groups)
  )
    throw new ModelError("The model file is damaged: its trees, groups and base scores do not fit together.");
  return {
    objective: objective.name,
    columns,
    groups,
    baseScores,
    trees,
    groupOf,
    ...(baseScoreIsMargin && { baseScoreIsMargin }),
  };
}

function readTree(tree: TreeDocument, columns: number, scale: number): Tree {
  if (tree.split_type?.some((type) => type !== 0))
    throw new ModelError("The model splits by categories, which this version does not do.");
  if (Number(tree.tree_param.size_leaf_vector ?? 0) > 1)
    throw new ModelError("The model's leaves are vectors (multi_strategy), which this version does not do.");
  const left = Int32Array.from(tree.left_children);
  const right = Int32Array.from(tree.right_children);
  const count = left.length;
  const feature = Int32Array.from(tree.split_indices, (column, node) => (left[node]! < 0 ? -1 : column));
  const lengths = [right, feature, tree.split_conditions, tree.default_left].map((values) => values.length);
  // Children come after their parent, so that walking a tree always ends.
  const sound = left.every((child, node) =>
    child < 0
      ? right[node]! < 0
      : child > node && child < count && right[node]! > node && right[node]! < count && feature[node]! < columns,
  );
  if (count === 0 || lengths.some((length) => length !== count) || !sound)
    throw new ModelError("The model file is damaged: a tree's nodes do not fit together.");
  const threshold = Float32Array.from(tree.split_conditions);
  if (scale !== 1) for (let node = 0; node < count; node++) if (left[node]! < 0) threshold[node]! *= scale;
  return {
    feature,
    threshold,
    left,
    right,
    defaultLeft: Uint8Array.from(tree.default_left, Number),
    gain: Float32Array.from(tree.loss_changes),
    cover: Float32Array.from(tree.sum_hessian),
    weight: Float32Array.from(tree.base_weights),
  };
}
