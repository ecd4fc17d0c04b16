import { choice, integer, list, number, type Param, text } from "../../../base/params.ts";
import { metricNamed, metricNames } from "./metrics.ts";
import { objectives } from "./objectives.ts";
import type { VersionName } from "./versions.ts";

const share = { above: 0, max: 1, default: 1, tunable: true };
/** XGBoost takes an infinity for those that hold a tree back: no split is worth it. */
const open = (standard: number) => ({ min: 0, default: standard, tunable: true, infinite: true }) as const;
const flag = { min: 0, max: 1 };
const truth = ["true", "false"] as const;
const builtObjectives = Object.keys(objectives);

/** A text in Python's notation that the container evaluates; no value is built. */
const notation = (example: string, pattern: RegExp): Param<string | undefined> => ({
  ...text({ built: [] }),
  allowed: `a text such as ${example}`,
  parse: (given) => (pattern.test(given) ? given : undefined),
});

/** The metrics of eval_metric: a name of the list, or error, map and ndcg with a number after "@". */
const metrics = (names: readonly string[]): Param<readonly string[] | undefined> =>
  list<string>({
    ...text({ required: true }),
    allowed: `one of ${metricNames.filter((name) => names.includes(name)).join(", ")}, error@THRESHOLD`,
    parse: (given) =>
      names.includes(given) || /^(error|map|ndcg)\s*@\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(given)
        ? given
        : undefined,
    choices: names,
    built: metricNames.filter((name) => names.includes(name)),
    notBuilt: (given) =>
      metricNamed(given) ? undefined : `give one of ${metricNames.filter((name) => names.includes(name)).join(", ")}`,
  });

const updaters = ["grow_colmaker", "distcol", "grow_histmaker", "grow_skmaker", "sync", "refresh", "prune"];
const updater = (names: readonly string[]) => list(choice([...names, "shotgun", "coord_descent"], { built: [] }));

const oldObjectives = ["binary:logistic", "binary:logitraw", "count:poisson", "multi:softmax", "multi:softprob"].concat(
  ["rank:pairwise", "reg:linear", "reg:logistic", "reg:gamma", "reg:tweedie"],
);
const objectives090 = [...oldObjectives, "binary:hinge", "rank:ndcg", "rank:map", "reg:squarederror", "survival:cox"];
const objectives100 = [...objectives090, "reg:squaredlogerror"];
const objectives120 = [...objectives100, "aft_loss_distribution", "reg:pseudohubererror", "survival:aft"];
const objective = (names: readonly string[], standard = "reg:squarederror") =>
  choice(names, { default: standard, built: builtObjectives.filter((name) => names.includes(name)) });

const oldMetrics = ["auc", "cox-nloglik", "error", "gamma-deviance", "gamma-nloglik", "logloss", "mae", "map"].concat([
  "merror",
  "mlogloss",
  "ndcg",
  "poisson-nloglik",
  "rmse",
  "tweedie-nloglik",
]);
const metrics090 = [...oldMetrics, "accuracy", "aucpr", "f1", "mse"];
const metrics100 = [...metrics090, "rmsle"];
const metrics121 = [...metrics100, "r2", "aft-nloglik", "interval-regression-accuracy", "mphe"];
const metrics122 = [...metrics121, "f1_binary", "f1_macro"];
const metrics131 = [...metrics122, "balanced_accuracy", "mape", "precision", "recall"].concat([
  "precision_macro",
  "precision_micro",
  "recall_macro",
  "recall_micro",
]);

/**
 * The hyperparameters of AWS's XGBoost images, with the ranges of the containers' schemas and XGBoost's defaults. A
 * hyperparameter of several versions that differ has one entry a change, by the version that brought it; `undefined`
 * says that the version took it away. What has no effect on what is built (the weighing of trees that only dart
 * knows, how the work is spread) is accepted, as XGBoost accepts it.
 */
export const hyperparameterTable = {
  num_round: { "1": integer({ min: 1, required: true, tunable: true }) },
  num_class: { "1": integer({ min: 2 }) },
  objective: {
    "1": objective(oldObjectives, "reg:linear"),
    "0.90-1": objective(objectives090),
    "1.0-1": objective(objectives100),
    "1.2-1": objective(objectives120),
    "1.7-1": objective([...objectives120, "reg:absoluteerror"]),
  },
  eta: { "1": number({ min: 0, max: 1, default: 0.3, tunable: true }) },
  gamma: { "1": number(open(0)) },
  max_depth: { "1": integer({ min: 0, default: 6, tunable: true }) },
  min_child_weight: { "1": number(open(1)) },
  max_delta_step: { "1": number(open(0)) },
  subsample: { "1": number(share) },
  colsample_bytree: { "1": number(share) },
  colsample_bylevel: { "1": number(share) },
  colsample_bynode: { "0.90-1": number(share) },
  lambda: { "1": number(open(1)) },
  alpha: { "1": number(open(0)) },
  scale_pos_weight: { "1": number({ above: 0, default: 1, tunable: true }) },
  // Absent: estimated from the labels.
  base_score: { "1": number({ min: 0, default: 0.5 }), "3.0-5": number({ min: 0 }) },
  max_bin: {
    "1": {
      ...integer({ min: 2, default: 256 }),
      allowed: "a whole number from 2 to 65535",
      notBuilt: (bins: number) => (bins > 65_535 ? "give a whole number from 2 to 65535" : undefined),
    },
  },
  eval_metric: {
    "1": metrics(oldMetrics),
    "0.90-1": metrics(metrics090),
    "1.0-1": metrics(metrics100),
    "1.2-1": metrics(metrics121),
    "1.2-2": metrics(metrics122),
    "1.3-1": metrics(metrics131),
  },
  early_stopping_rounds: { "1": integer({ min: 1 }) },
  seed: { "1": integer({ above: -(2 ** 31), below: 2 ** 31 - 1, default: 0 }) },
  csv_weights: { "1": integer({ ...flag, default: 0 }) },

  // How much is logged, and how the work is done: the same model comes out.
  silent: { "1": integer(flag), "1.2-1": undefined },
  verbosity: { "0.90-1": integer({ min: 0, max: 3, default: 1 }) },
  nthread: { "1": integer({ min: 1 }) },
  tree_method: {
    "1": choice(["auto", "exact", "approx", "hist"], { default: "auto" }),
    "1.2-1": choice(["auto", "exact", "approx", "hist", "gpu_hist"], { default: "auto" }),
  },
  sketch_eps: { "1": number({ above: 0, below: 1, default: 0.03 }) },
  predictor: {
    "0.90-1": choice(["cpu_predictor"]),
    "1.2-1": choice(["auto", "cpu_predictor", "gpu_predictor"]),
  },
  deterministic_histogram: { "1.2-1": choice(truth) },
  single_precision_histogram: { "1.2-1": choice(truth), "1.7-1": undefined },
  // A job that is stopped always keeps the rounds it has.
  save_model_on_termination: { "1.0-1": choice(truth, { default: "false" }) },

  // Without effect on trees that are grown one a round (booster gbtree, process_type default) on a built objective.
  refresh_leaf: { "1": integer(flag) },
  sample_type: { "1": choice(["uniform", "weighted"]) },
  normalize_type: { "1": choice(["tree", "forest"]) },
  rate_drop: { "1": number(flag) },
  one_drop: { "1": integer(flag) },
  skip_drop: { "1": number(flag) },
  lambda_bias: { "1": number(flag) },
  tweedie_variance_power: { "1": number({ above: 1, below: 2 }) },
  aft_loss_distribution: { "1.2-1": choice(["normal", "logistic", "extreme"]) },
  aft_loss_distribution_scale: { "1.2-1": number({ min: 0 }) },
  prob_buffer_row: { "1.3-1": integer({ above: 1 }) },

  booster: { "1": choice(["gbtree", "gblinear", "dart"], { default: "gbtree", built: ["gbtree"] }) },
  grow_policy: { "1": choice(["depthwise", "lossguide"], { default: "depthwise", built: ["depthwise"] }) },
  max_leaves: { "1": integer({ min: 0, default: 0, built: [0] }) },
  num_parallel_tree: { "0.90-2": integer({ min: 1, default: 1, built: [1] }) },
  process_type: { "1": choice(["default", "update"], { default: "default", built: ["default"] }) },
  dsplit: { "0.90-1": choice(["row", "col"], { built: ["row"] }) },
  updater: {
    "1": updater([...updaters, "grow_local_histmaker"]),
    "1.7-1": updater(updaters),
  },
  monotone_constraints: { "1.0-1": notation("(1,0,-1)", /^\s*\(\s*(-?1|0)\s*(,\s*(-?1|0)\s*)*,?\s*\)\s*$/) },
  interaction_constraints: { "1.0-1": notation("[[1,2],[3,4]]", /^\s*\[(\s*\[[\d\s,]*\]\s*,?)+\s*\]\s*$/) },
  sampling_method: { "1.3-1": choice(["uniform", "gradient_based"], { built: ["uniform"] }) },
  use_dask_gpu_training: { "1.5-1": choice(truth, { default: "false", built: ["false"] }) },
  _nfold: { "1.2-1": integer({ min: 2, built: [] }), "1.2-2": undefined },
  _kfold: { "1.2-2": integer({ min: 2, built: [] }) },
  _num_cv_round: { "1.2-2": integer({ min: 1, built: [] }) },
  _tuning_objective_metric: { "1": text({ built: [] }) },
} satisfies Record<string, Partial<Record<VersionName, unknown>>>;
