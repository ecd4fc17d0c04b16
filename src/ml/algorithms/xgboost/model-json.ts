import type { Model } from "./forest.ts";
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
