import type { ModelDocument, TreeDocument } from "./model-document.ts";

/** The file ends early, or says what cannot be. */
export class BinaryModelError extends Error {}

/** More than any model has, so that a damaged file is not read as one of millions. */
const mostCount = 100_000_000;

/**
 * Reads the binary format that XGBoost wrote before 1.0 and could write until 3.0: structures as they lie in memory,
 * little-endian. Returns the same members that the JSON format has.
 */
export function readBinaryModel(bytes: Uint8Array): ModelDocument {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = String.fromCharCode(...bytes.subarray(0, 4)) === "binf" ? 4 : 0;
  const take = (size: number): number => {
    if (size > bytes.length - at) throw new BinaryModelError("it ends early");
    at += size;
    return at - size;
  };
  const int = (): number => view.getInt32(take(4), true);
  const float = (): number => view.getFloat32(take(4), true);
  const count = (what: string, value: number, sizeBytes: number): number => {
    if (value < 0 || value > mostCount || value * sizeBytes > bytes.length - at)
      throw new BinaryModelError(`it has ${value} ${what}`);
    return value;
  };
  const size64 = (): number => Number(view.getBigUint64(take(8), true));
  const text = (): string => {
    const size = count("letters", size64(), 1);
    const from = take(size);
    return new TextDecoder().decode(bytes.subarray(from, from + size));
  };

  // LearnerModelParam, 136 bytes.
  const start = take(136);
  const baseScore = view.getFloat32(start, true);
  const columns = view.getUint32(start + 4, true);
  const classes = view.getInt32(start + 8, true);
  const major = view.getUint32(start + 20, true);
  const objective = text();
  const booster = text();
  // GBTreeModelParam, 160 bytes.
  const forest = take(160);
  const treeCount = count("trees", view.getInt32(forest, true), 148);
  const trees = Array.from({ length: treeCount }, () => readTree());
  const groups = Array.from({ length: treeCount }, int);
  const scales =
    booster === "dart" && treeCount > 0 ? Array.from({ length: count("weights", size64(), 4) }, float) : [];

  function readTree(): TreeDocument {
    // TreeParam, 148 bytes: roots, nodes, deleted, depth, features, size of a leaf.
    const param = take(148);
    const nodes = count("nodes", view.getInt32(param + 4, true), 36);
    const leafSize = view.getInt32(param + 20, true);
    const tree: Required<TreeDocument> = {
      base_weights: [],
      default_left: [],
      left_children: [],
      loss_changes: [],
      right_children: [],
      split_conditions: [],
      split_indices: [],
      split_type: [],
      sum_hessian: [],
      tree_param: { size_leaf_vector: String(leafSize) },
    };
    for (let node = 0; node < nodes; node++) {
      // Parent, left, right, column with the default direction as its highest bit, value.
      const from = take(20);
      tree.left_children.push(view.getInt32(from + 4, true));
      tree.right_children.push(view.getInt32(from + 8, true));
      const column = view.getUint32(from + 12, true);
      tree.split_indices.push(column & 0x7fffffff);
      tree.default_left.push(column >>> 31);
      tree.split_conditions.push(view.getFloat32(from + 16, true));
    }
    for (let node = 0; node < nodes; node++) {
      tree.loss_changes.push(float());
      tree.sum_hessian.push(float());
      tree.base_weights.push(float());
      int();
    }
    if (leafSize > 0) take(4 * count("leaf values", size64(), 4));
    return tree;
  }

  return {
    learner: {
      gradient_booster:
        booster === "dart"
          ? { name: booster, gbtree: { model: { tree_info: groups, trees } }, weight_drop: scales }
          : { name: booster, model: { tree_info: groups, trees } },
      learner_model_param: { base_score: String(baseScore), num_class: String(classes), num_feature: String(columns) },
      objective: { name: objective },
    },
    // Before 1.0 the base score was kept as it is added to the leaves.
    ...(major === 0 ? { baseScoreIsMargin: true } : {}),
  };
}
