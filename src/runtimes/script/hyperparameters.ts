import { byCodePoint, type PythonValue, parsePython, pythonStr } from "../../base/python-value.ts";

/** The hyperparameters that SageMaker's training toolkit keeps for itself; others of its prefix are a framework's. */
const reserved = new Set([
  "sagemaker_program",
  "sagemaker_submit_directory",
  "sagemaker_enable_cloudwatch_metrics",
  "sagemaker_region",
  "sagemaker_container_log_level",
  "sagemaker_job_name",
  "sagemaker_s3_output",
  "default_user_module_name",
  "_tuning_objective_metric",
]);
const prefix = "sagemaker_";

type Values = ReadonlyMap<string, PythonValue>;

export interface Hyperparameters {
  /** What the script is given. */
  readonly own: Values;
  readonly reserved: Values;
  readonly framework: Values;
}

/** Reads each value as JSON where it is JSON, as the SageMaker SDK writes it, and as a text where it is not. */
export function readHyperparameters(texts: Readonly<Record<string, string>>): Hyperparameters {
  const values = Object.entries(texts).map(([name, text]) => [name, parsePython(text) ?? asNull(text)] as const);
  const some = (wanted: (name: string) => boolean) => new Map(values.filter(([name]) => wanted(name)));
  return {
    own: some((name) => !reserved.has(name) && !name.startsWith(prefix)),
    reserved: some((name) => reserved.has(name)),
    framework: some((name) => !reserved.has(name) && name.startsWith(prefix)),
  };
}

const asNull = (text: string): PythonValue => (/^\s*null\s*$/.test(text) ? null : text);

/** The script's arguments: `--name value`, sorted by name; one letter has one dash. */
export const commandArguments = (own: Values): string[] =>
  [...own.keys()].sort(byCodePoint).flatMap((name) => [dashed(name), argument(own.get(name)!)]);

const dashed = (name: string): string => (name === "" ? "" : [...name].length > 1 ? `--${name}` : `-${name}`);

const argument = (value: PythonValue): string => {
  if (value === null) return "";
  if (!(value instanceof Map)) return pythonStr(value);
  return [...value.keys()]
    .sort(byCodePoint)
    .map((name) => `${name}=${pythonStr(value.get(name)!)}`)
    .join(",");
};
