import type { InputFormats } from "../../define-algorithm.ts";

/**
 * How the containers of AWS's XGBoost images differ, oldest first; what each hyperparameter is in a version stands in
 * `hyperparameter-table.ts`. Source: the tags of github.com/aws/sagemaker-xgboost-container; for `xgboost:1` (release 0.72,
 * whose source is not open) AWS's developer guide.
 */
export interface ContainerVersion {
  /**
   * A text/csv answer: `rows` ends every row with a newline; `joined` puts all rows on one line, separated by commas,
   * without a newline.
   */
  readonly csvAnswer: "rows" | "joined";
  /** Whether Accept and SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT choose the answer's format; else it is always text/csv. */
  readonly readsAccept: boolean;
  /** Whether SAGEMAKER_INFERENCE_OUTPUT selects what is answered. Selected answers follow Accept in every version. */
  readonly selectsOutput: boolean;
  /** Whether all files of the model folder are models that answer together, unless SAGEMAKER_INFERENCE_ENSEMBLE forbids. */
  readonly ensembles: boolean;
  /** The most that MAX_CONTENT_LENGTH can allow. */
  readonly mostPayloadBytes: number;
  readonly formats: InputFormats;
  /** Whether learning_rate, min_split_loss, reg_lambda and reg_alpha are other names of eta, gamma, lambda and alpha. */
  readonly aliases: boolean;
  /** The metric of a job without eval_metric, by task: XGBoost 1.3 changed it. */
  readonly classifierMetric: "error" | "logloss";
  /**
   * What early_stopping_rounds watches: `last` the last data set and the last metric that are scored; `validation` the
   * last of eval_metric on the validation channel, and nothing where either is missing.
   */
  readonly earlyStopping: "last" | "validation";
}

const mebibyte = 2 ** 20;
const text = { channelDefault: "libsvm", requestDefault: "csv", read: ["csv", "libsvm"], piped: [] } as const;
const all = {
  channelDefault: "libsvm",
  requestDefault: "libsvm",
  read: ["csv", "libsvm", "parquet", "recordio-protobuf"],
  piped: ["csv", "parquet", "recordio-protobuf"],
} as const;

const first = {
  csvAnswer: "joined",
  readsAccept: false,
  selectsOutput: false,
  ensembles: false,
  mostPayloadBytes: 20 * mebibyte,
  formats: text,
  aliases: false,
  classifierMetric: "error",
  earlyStopping: "last",
} satisfies ContainerVersion;
const v090 = { ...first, formats: all } satisfies ContainerVersion;
const v100 = { ...v090, aliases: true, selectsOutput: true } satisfies ContainerVersion;
const v122 = {
  ...v100,
  csvAnswer: "rows",
  readsAccept: true,
  ensembles: true,
  mostPayloadBytes: Number.POSITIVE_INFINITY,
} satisfies ContainerVersion;
const v131 = { ...v122, classifierMetric: "logloss", earlyStopping: "validation" } satisfies ContainerVersion;

/** `1` is `xgboost:1`; the others are tags of `sagemaker-xgboost`. */
export const containerVersions = {
  "1": first,
  "0.90-1": v090,
  "0.90-2": { ...v090, aliases: true },
  "1.0-1": v100,
  "1.2-1": v100,
  "1.2-2": v122,
  "1.3-1": v131,
  "1.5-1": v131,
  "1.7-1": v131,
  "3.0-5": v131,
} satisfies Readonly<Record<string, ContainerVersion>>;

export type VersionName = keyof typeof containerVersions;

/** In the order of the table: an integer-like key such as "1" comes first in any object. */
export const versionNames = Object.keys(containerVersions) as VersionName[];

export function containerVersion(name: string): ContainerVersion {
  if (!Object.hasOwn(containerVersions, name))
    throw new Error(`There is no XGBoost container ${name}; there are ${versionNames.join(", ")}.`);
  return containerVersions[name as VersionName];
}
