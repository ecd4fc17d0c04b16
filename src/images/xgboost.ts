import { isProblem, servingSettings } from "../ml/algorithms/xgboost/serving-environment.ts";
import { containerVersion, versionNames } from "../ml/algorithms/xgboost/versions.ts";
import {
  defineImage,
  type MetricDefinition,
  type PythonImage,
  type ServingImage,
  type TrainingImage,
} from "./define-image.ts";
import { builtInServer } from "./serving-plan.ts";

/** The metrics that AWS declares for its XGBoost images, each for the train and the validation channel. */
const names = ["accuracy", "auc", "error", "f1", "logloss", "mae", "map", "merror", "mlogloss", "mse", "ndcg", "rmse"];

/**
 * The log stream shows a tab as `#011`. The group matches a number rather than `\\S+`, which would match all further
 * metrics of the line too, because `#011` is not white space.
 */
const metrics: readonly MetricDefinition[] = ["train", "validation"].flatMap((channel) =>
  names.map((name) => ({
    Name: `${channel}:${name}`,
    Regex: `.*\\[[0-9]+\\].*#011${channel}-${name}:([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*`,
  })),
);

/** Returns the version of the algorithm that an image with this tag runs. */
const algorithmVersion = (tag: string): string =>
  tag === "latest" ? "1" : (versionNames.find((version) => tag === version || tag === `${version}-cpu-py3`) ?? tag);

/** Versions before 1.7 of XGBoost's own library are not kept: 1.7 reads their models and has their parameters. */
const pythonOf = (version: string): PythonImage => {
  if (version.startsWith("3.")) return { lock: "xgboost-3.0", python: "3.10" };
  const differs = version.startsWith("1.7") ? {} : { differs: `XGBoost ${version.split("-")[0]}` };
  return { lock: "xgboost-1.7", python: "3.9", ...differs };
};

const training = (tag: string): TrainingImage => ({
  program: { script: "src/runtimes/algorithm/train.ts", arguments: ["xgboost", algorithmVersion(tag)] },
  // The image family of 2017 has the algorithm alone.
  ...(algorithmVersion(tag) === "1" ? {} : { python: pythonOf(algorithmVersion(tag)) }),
  metrics,
});

const serving = (tag: string): ServingImage => ({
  ...(algorithmVersion(tag) === "1" ? {} : { script: { python: pythonOf(algorithmVersion(tag)), family: "xgboost" } }),
  program: { script: builtInServer, arguments: ["xgboost", algorithmVersion(tag)] },
  refuses(environment) {
    const settings = servingSettings(containerVersion(algorithmVersion(tag)), environment);
    return isProblem(settings) ? settings : undefined;
  },
});

export const sagemakerXgboost = defineImage({
  repository: "sagemaker-xgboost",
  versions: versionNames.filter((version) => version !== "1").flatMap((version) => [version, `${version}-cpu-py3`]),
  training,
  serving,
  processing: (tag) => ({ python: pythonOf(algorithmVersion(tag)) }),
});

/** The image family of 2017 and 2018, which old notebooks name. */
export const xgboost = defineImage({ repository: "xgboost", versions: ["1", "latest"], training, serving });
