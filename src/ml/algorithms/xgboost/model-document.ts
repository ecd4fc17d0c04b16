import { countOf, listOf, numbersOf, objectOf, textOf } from "../../data/members.ts";
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

/** More than any model has. */
const mostColumns = 2 ** 31 - 1;
const mostGroups = 100_000;

/**
 * Makes a model of what was read as a model file.
 * @throws MemberError for a document without what a model has
 * @throws ModelError for a model that this version does not predict with
 */
export function modelOfDocument(document: unknown): Model {
  const { learner, baseScoreIsMargin } = checkedDocument(document);
  const { gradient_booster: booster, learner_model_param: param, objective } = learner;
  const { tree_info, trees: documents } = booster.gbtree?.model ?? booster.model ?? { tree_info: [], trees: [] };
  const columns = countOf(param.num_feature, "learner.learner_model_param.num_feature", mostColumns);
  const groups = Math.max(1, countOf(param.num_class, "learner.learner_model_param.num_class", mostGroups));
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
    groupOf.some((group) => group < 0 || group >= groups)
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

/** Returns the document, when it has the members that predicting needs. */
function checkedDocument(document: unknown): ModelDocument {
  const learner = objectOf(objectOf(document, "document").learner, "learner");
  const booster = objectOf(learner.gradient_booster, "learner.gradient_booster");
  const name = textOf(booster.name, "learner.gradient_booster.name");
  if (name !== "gbtree" && name !== "dart")
    throw new ModelError(`The model's booster is ${name}; this version predicts with gbtree and dart only.`);
  const objective = textOf(objectOf(learner.objective, "learner.objective").name, "learner.objective.name");
  if (!Object.hasOwn(predictionObjectives, objective))
    throw new ModelError(
      `The model's objective is ${objective}; this version has ${Object.keys(predictionObjectives).join(", ")}.`,
    );
  const param = objectOf(learner.learner_model_param, "learner.learner_model_param");
  textOf(param.base_score, "learner.learner_model_param.base_score");
  const { gbtree, weight_drop: weights } = booster;
  const forest = gbtree === undefined ? booster.model : objectOf(gbtree, "learner.gradient_booster.gbtree").model;
  if (gbtree !== undefined || forest !== undefined) checkTrees(forest);
  if (weights !== undefined) numbersOf(weights, "learner.gradient_booster.weight_drop");
  return document as ModelDocument;
}

const treeLists = [
  ...["base_weights", "left_children", "loss_changes", "right_children"],
  ...["split_conditions", "split_indices", "sum_hessian"],
];

function checkTrees(forest: unknown): void {
  const { tree_info, trees } = objectOf(forest, "model");
  numbersOf(tree_info, "model.tree_info");
  for (const [index, one] of listOf(trees, "model.trees").entries()) {
    const where = `model.trees[${index}]`;
    const tree = objectOf(one, where);
    for (const name of treeLists) numbersOf(tree[name], `${where}.${name}`);
    numbersOf(
      tree.default_left,
      `${where}.default_left`,
      (value) => typeof value === "number" || typeof value === "boolean",
    );
    if (tree.split_type !== undefined) numbersOf(tree.split_type, `${where}.split_type`);
    const { size_leaf_vector: leaf } = objectOf(tree.tree_param, `${where}.tree_param`);
    if (leaf !== undefined) countOf(leaf, `${where}.tree_param.size_leaf_vector`, mostGroups);
  }
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
  const { split_conditions, default_left, loss_changes, sum_hessian, base_weights } = tree;
  const lists = [right, feature, split_conditions, default_left, loss_changes, sum_hessian, base_weights];
  // Children come after their parent, so that walking a tree always ends.
  const sound = left.every((child, node) =>
    child < 0
      ? right[node]! < 0
      : child > node &&
        child < count &&
        right[node]! > node &&
        right[node]! < count &&
        feature[node]! >= 0 &&
        feature[node]! < columns,
  );
  if (count === 0 || lists.some(({ length }) => length !== count) || !sound)
    throw new ModelError("The model file is damaged: a tree's nodes do not fit together.");
  const threshold = Float32Array.from(split_conditions);
  if (scale !== 1) for (let node = 0; node < count; node++) if (left[node]! < 0) threshold[node]! *= scale;
  return {
    feature,
    threshold,
    left,
    right,
    defaultLeft: Uint8Array.from(default_left, Number),
    gain: Float32Array.from(loss_changes),
    cover: Float32Array.from(sum_hessian),
    weight: Float32Array.from(base_weights),
  };
}
