import {
  boolean,
  choice,
  integer,
  list,
  number,
  type Param,
  type ParamProblem,
  type ParamValues,
  text,
} from "../../../base/params.ts";
import { metricNamed, metricNames } from "./metrics.ts";
import { objectives } from "./objectives.ts";

/** A parameter of AWS's table of which only the default is built. Numbers equal to the default pass. */
const only = (value: string): Param<string> => ({
  ...text({ default: value }),
  allowed: value === "" ? "nothing: it is not built" : `${value}: nothing else is built`,
  parse: (given) =>
    given.trim() === value || (value !== "" && given.trim() !== "" && Number(given) === Number(value))
      ? value
      : undefined,
});

const metricName: Param<string> = {
  ...text({ required: true }),
  allowed: `one of ${metricNames.join(", ")}, error@THRESHOLD`,
  parse: (given) => (metricNamed(given) ? given : undefined),
};

const share = { above: 0, max: 1, default: 1, tunable: true };

/** The hyperparameters of AWS's XGBoost image, with AWS's defaults and ranges. */
export const hyperparameters = {
  num_round: integer({ min: 1, required: true, tunable: true }),
  num_class: integer({ min: 2 }),
  objective: choice(Object.keys(objectives), { default: "reg:squarederror" }),
  eta: number({ min: 0, max: 1, default: 0.3, tunable: true }),
  gamma: number({ min: 0, default: 0, tunable: true }),
  max_depth: integer({ min: 0, default: 6, tunable: true }),
  min_child_weight: number({ min: 0, default: 1, tunable: true }),
  max_delta_step: number({ min: 0, default: 0, tunable: true }),
  subsample: number(share),
  colsample_bytree: number(share),
  colsample_bylevel: number(share),
  colsample_bynode: number(share),
  lambda: number({ min: 0, default: 1, tunable: true }),
  alpha: number({ min: 0, default: 0, tunable: true }),
  scale_pos_weight: number({ min: 0, default: 1, tunable: true }),
  base_score: number({ default: 0.5 }),
  max_bin: integer({ min: 2, max: 65_535, default: 256 }),
  eval_metric: list(metricName),
  early_stopping_rounds: integer({ min: 1 }),
  seed: integer({ min: -(2 ** 31), max: 2 ** 31 - 1, default: 0 }),
  csv_weights: choice(["0", "1"], { default: "0" }),
  verbosity: integer({ min: 0, max: 3, default: 1 }),

  // These change how the work is done and not its result: all run as the histogram method on one thread.
  tree_method: choice(["auto", "exact", "approx", "hist", "gpu_hist"], { default: "auto" }),
  nthread: integer({ min: 1 }),
  sketch_eps: number({ above: 0, max: 1, default: 0.03 }),
  predictor: choice(["auto", "cpu_predictor", "gpu_predictor"], { default: "auto" }),
  deterministic_histogram: boolean({ default: true }),
  single_precision_histogram: boolean({ default: false }),
  use_dask_gpu_training: only("false"),
  /** A job that is stopped always keeps the rounds it has. */
  save_model_on_termination: boolean({ default: false }),

  booster: only("gbtree"),
  grow_policy: only("depthwise"),
  max_leaves: only("0"),
  num_parallel_tree: only("1"),
  process_type: only("default"),
  refresh_leaf: only("1"),
  dsplit: only("row"),
  updater: only(""),
  monotone_constraints: only(""),
  interaction_constraints: only(""),
  lambda_bias: only("0"),
  sample_type: only("uniform"),
  normalize_type: only("tree"),
  rate_drop: only("0"),
  one_drop: only("0"),
  skip_drop: only("0"),
  tweedie_variance_power: only("1.5"),
  _kfold: only(""),
  _num_cv_round: only(""),
};

export type Hyperparameters = ParamValues<typeof hyperparameters>;

/** Reports values that cannot be combined. */
export function combinationProblems(values: Hyperparameters, hasValidation: boolean): ParamProblem[] {
  const problems: ParamProblem[] = [];
  const refuse = (name: string, message: string, kind: ParamProblem["kind"] = "value") =>
    problems.push({ name, kind, message });
  const objective = objectives[values.objective]!;
  if (objective.task === "multiclass" && values.num_class === undefined)
    refuse(
      "num_class",
      `num_class is required with objective ${values.objective}; give the number of classes.`,
      "missing",
    );
  if (objective.task !== "multiclass" && values.num_class !== undefined)
    refuse("num_class", `num_class is ${values.num_class}; leave it out with objective ${values.objective}.`);
  if (objective.task === "binary" && (values.base_score <= 0 || values.base_score >= 1))
    refuse("base_score", `base_score is ${values.base_score}; give a probability between 0 and 1.`);
  if (values.early_stopping_rounds !== undefined && !hasValidation)
    refuse("early_stopping_rounds", "early_stopping_rounds needs a channel named validation; add one or leave it out.");
  for (const name of values.eval_metric ?? []) {
    if (metricNamed(name)!.tasks.includes(objective.task)) continue;
    const suited = metricNames.filter((other) => metricNamed(other)!.tasks.includes(objective.task));
    refuse("eval_metric", `eval_metric ${name} does not suit ${values.objective}; give one of ${suited.join(", ")}.`);
  }
  return problems;
}
