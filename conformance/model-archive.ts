import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { clientsOf } from "./clients.ts";
import type { TestServer } from "./server.ts";

/** Packs files into a model's archive, puts it into the bucket and returns its address. */
export async function putArchive(
  server: TestServer,
  bucket: string,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-archive-"));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, "files", file)), { recursive: true });
      writeFileSync(join(folder, "files", file), text);
    }
    execFileSync("tar", ["-czf", join(folder, "archive"), "-C", join(folder, "files"), "."]);
    await clientsOf(server).s3.putObject({ Bucket: bucket, Key: name, Body: readFileSync(join(folder, "archive")) });
    return `s3://${bucket}/${name}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A model of XGBoost that answers `low` for a first number below the threshold, else `high`. */
export const treeModel = (threshold: number, low: number, high: number): string => {
  const floats = (...values: number[]) => values;
  const tree = {
    base_weights: floats(0, low, high),
    categories: [],
    categories_nodes: [],
    categories_segments: [],
    categories_sizes: [],
    default_left: [0, 0, 0],
    id: 0,
    left_children: [1, -1, -1],
    loss_changes: floats(1, 0, 0),
    parents: [2147483647, 0, 0],
    right_children: [2, -1, -1],
    split_conditions: floats(threshold, low, high),
    split_indices: [0, 0, 0],
    split_type: [0, 0, 0],
    sum_hessian: floats(2, 1, 1),
    tree_param: { num_deleted: "0", num_feature: "2", num_nodes: "3", size_leaf_vector: "1" },
  };
  const learner = {
    attributes: {},
    feature_names: [],
    feature_types: [],
    gradient_booster: {
      model: { gbtree_model_param: { num_parallel_tree: "1", num_trees: "1" }, tree_info: [0], trees: [tree] },
      name: "gbtree",
    },
    learner_model_param: {
      base_score: "0E0",
      boost_from_average: "1",
      num_class: "0",
      num_feature: "2",
      num_target: "1",
    },
    objective: { name: "reg:squarederror", reg_loss_param: { scale_pos_weight: "1" } },
  };
  return JSON.stringify({ learner, version: [1, 7, 6] });
};
