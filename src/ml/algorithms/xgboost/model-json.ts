import { ModelError } from "../../define-algorithm.ts";
import type { Model } from "./forest.ts";
import { objectives } from "./objectives.ts";
import type { Tree } from "./tree.ts";

/** The number that XGBoost writes as the root's parent. */
const noParent = 2_147_483_647;

/**
 * Returns the model as XGBoost 1.7 writes it in JSON; XGBoost 1.7 and later read it. Numbers that are floats there must
 * look like floats, and have the 9 digits that tell 32-bit floats apart.
 */
export function writeModelJson(model: Model): string {
  const classes = model.groups > 1 ? model.groups : 0;
  const objectiveParam = classes
    ? { softmax_multiclass_param: { num_class: String(classes) } }
    : { reg_loss_param: { scale_pos_weight: "1" } };
  const trees = model.trees.map((tree, id) => treeJson(tree, id, model.columns));
  const learner = {
    attributes: {},
    feature_names: [],
    feature_types: [],
    gradient_booster: {
      model: {
        gbtree_model_param: { num_parallel_tree: "1", num_trees: String(trees.length), size_leaf_vector: "0" },
        tree_info: Array.from(model.groupOf),
        trees: placeholder,
      },
      name: "gbtree",
    },
    learner_model_param: {
      base_score: floatText(model.baseScores[0]!),
      boost_from_average: "1",
      num_class: String(classes),
      num_feature: String(model.columns),
      num_target: "1",
    },
    objective: { name: model.objective, ...objectiveParam },
  };
  return JSON.stringify({ learner, version: [1, 7, 6] }).replace(
    JSON.stringify(placeholder),
    () => `[${trees.join(",")}]`,
  );
}

/** Stands for the trees, which are put in as text: JSON.stringify would write their floats as integers. */
const placeholder = "<trees>";

function treeJson(tree: Tree, id: number, columns: number): string {
  const count = tree.feature.length;
  const parents = new Int32Array(count).fill(noParent);
  for (let node = 0; node < count; node++)
    if (tree.left[node]! >= 0) parents[tree.left[node]!] = parents[tree.right[node]!] = node;
  const weights = tree.weight.map((weight, node) => (tree.left[node]! < 0 ? tree.threshold[node]! : weight));
  const members: Record<string, string> = {
    base_weights: floats(weights),
    categories: "[]",
    categories_nodes: "[]",
    categories_segments: "[]",
    categories_sizes: "[]",
    default_left: `[${tree.defaultLeft.join(",")}]`,
    id: String(id),
    left_children: `[${tree.left.join(",")}]`,
    loss_changes: floats(tree.gain),
    parents: `[${parents.join(",")}]`,
    right_children: `[${tree.right.join(",")}]`,
    split_conditions: floats(tree.threshold),
    split_indices: `[${tree.feature.map((column) => Math.max(column, 0)).join(",")}]`,
    split_type: `[${new Uint8Array(count).join(",")}]`,
    sum_hessian: floats(tree.cover),
    tree_param: `{"num_deleted":"0","num_feature":"${columns}","num_nodes":"${count}","size_leaf_vector":"0"}`,
  };
  return `{${Object.entries(members).map(([name, value]) => `"${name}":${value}`)}}`;
}

const floats = (values: Float32Array): string => `[${Array.from(values, floatText).join(",")}]`;

const floatText = (value: number): string => value.toExponential(8).replace(/\.?0+e/, "e");

/** The members of a model file that predicting needs. */
interface ModelDocument {
  learner: {
    gradient_booster: { name: string; model: { tree_info: number[]; trees: TreeDocument[] } };
    learner_model_param: { base_score: string; num_class: string; num_feature: string };
    objective: { name: string };
  };
}

interface TreeDocument {
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

/** Reads a model that XGBoost 1.x to 3.x, or this product, wrote as JSON. */
export function readModelJson(bytes: Uint8Array): Model {
  const other = otherFormat(bytes);
  if (other)
    throw new ModelError(
      `The model file is ${other}; this version reads XGBoost's JSON only. ` +
        'Write it with booster.save_model("model.json") and name the file xgboost-model.',
    );
  try {
    return readDocument(JSON.parse(new TextDecoder().decode(bytes)) as ModelDocument);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError(`The model file is damaged or no XGBoost model: ${(error as Error).message}`);
  }
}

function readDocument({ learner }: ModelDocument): Model {
  const { gradient_booster: booster, learner_model_param: param, objective } = learner;
  if (booster.name !== "gbtree")
    throw new ModelError(`The model's booster is ${booster.name}; this version predicts with gbtree only.`);
  if (!Object.hasOwn(objectives, objective.name))
    throw new ModelError(
      `The model's objective is ${objective.name}; this version has ${Object.keys(objectives).join(", ")}.`,
    );
  const columns = Number(param.num_feature);
  const groups = Math.max(1, Number(param.num_class));
  // One number up to 2.x, "[5E-1,5E-1]" with one per group since.
  const scores = param.base_score.replace(/[[\]]/g, "").split(",").map(Number);
  const baseScores = Array.from({ length: groups }, (_, group) => scores[group] ?? scores[0]!);
  const groupOf = Int32Array.from(booster.model.tree_info);
  const trees = booster.model.trees.map((tree) => readTree(tree, columns));
  if (baseScores.some(Number.isNaN) || trees.length !== groupOf.length || groupOf.some((group) => group >= groups))
    throw new ModelError("The model file is damaged: its trees, groups and base scores do not fit together.");
  return { objective: objective.name, columns, groups, baseScores, trees, groupOf };
}

function readTree(tree: TreeDocument, columns: number): Tree {
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
  return {
    feature,
    threshold: Float32Array.from(tree.split_conditions),
    left,
    right,
    defaultLeft: Uint8Array.from(tree.default_left, Number),
    gain: Float32Array.from(tree.loss_changes),
    cover: Float32Array.from(tree.sum_hessian),
    weight: Float32Array.from(tree.base_weights),
  };
}

/** Names a format of XGBoost other than JSON by its first bytes. */
function otherFormat(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  if (start === "") return "empty";
  if (start === "binf" || bytes[0] === 0) return "in XGBoost's old binary format";
  if (bytes[0] === 0x80) return "a Python pickle";
  if (start.startsWith("{") && /[LliIU$#N]/.test(start[1] ?? "")) return "in XGBoost's UBJSON format";
  return start.trimStart().startsWith("{") ? undefined : "in a format that is not known";
}
