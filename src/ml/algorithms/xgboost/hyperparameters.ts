import { adviceFor, type Param, type ParamProblem, type ParamValues, parseParams } from "../../../base/params.ts";
import { hyperparameterTable } from "./hyperparameter-table.ts";
import { metricNamed } from "./metrics.ts";
import { objectives } from "./objectives.ts";
import { type ContainerVersion, containerVersion, type VersionName, versionNames } from "./versions.ts";

type Table = typeof hyperparameterTable;
type Name = keyof Table;
type Hyperparameter<N extends Name> = Exclude<Table[N][keyof Table[N]], undefined>;
type HyperparameterTable = { readonly [N in Name]: Hyperparameter<N> };

/** The values of a job; what its version does not know has the default of the version that brought it. */
export type Hyperparameters = ParamValues<HyperparameterTable> & {
  readonly container: ContainerVersion;
  /** The metrics that the version has and that are built. */
  readonly builtMetrics: readonly string[];
};

const aliases: Readonly<Record<string, Name>> = {
  learning_rate: "eta",
  min_split_loss: "gamma",
  reg_lambda: "lambda",
  reg_alpha: "alpha",
};

const changesOf = (name: string): Partial<Record<VersionName, Param<unknown>>> => hyperparameterTable[name as Name];

/** Returns the hyperparameters that an image version knows, by name. */
export function hyperparametersOf(version: string): Readonly<Record<string, Param<unknown>>> {
  containerVersion(version);
  const known: Record<string, Param<unknown>> = {};
  for (const name of Object.keys(hyperparameterTable)) {
    const changes = changesOf(name);
    for (const step of versionNames) {
      if (step in changes) {
        if (changes[step]) known[name] = changes[step];
        else delete known[name];
      }
      if (step === version) break;
    }
  }
  return known;
}

/** Returns the other names that an image version has for hyperparameters. */
export const aliasesOf = (version: string): Readonly<Record<string, string>> =>
  containerVersion(version).aliases ? aliases : {};

/** Reads the texts of a job of an image version. When there are problems, the values must not be used. */
export function readHyperparameters(
  texts: Readonly<Record<string, string>>,
  version: string,
): { values: Hyperparameters; problems: readonly ParamProblem[] } {
  const problems: ParamProblem[] = [];
  const given: Record<string, string> = {};
  const names = aliasesOf(version);
  for (const [written, value] of Object.entries(texts)) {
    const name = Object.hasOwn(names, written) ? names[written]! : written;
    if (name !== written && Object.hasOwn(texts, name))
      problems.push({
        name,
        kind: "value",
        message: `${name} and ${written} are one hyperparameter; give one of them.`,
      });
    given[name] = value;
  }
  const known = hyperparametersOf(version);
  const parsed = parseParams(known, given);
  const values: Record<string, unknown> = {
    ...parsed.values,
    container: containerVersion(version),
    builtMetrics: known.eval_metric!.built,
  };
  for (const name of Object.keys(hyperparameterTable))
    if (!known[name]) values[name] = Object.values(changesOf(name)).find((param) => param)!.default;
  const others = parsed.problems.map((problem) =>
    problem.kind === "unknown" ? unknownIn(problem, version) : unreadable(problem, known[problem.name]!, given),
  );
  return { values: values as Hyperparameters, problems: [...problems, ...others] };
}

/** Says of a value that is not of its type what the containers say. */
function unreadable(
  problem: ParamProblem,
  param: Param<unknown>,
  given: Readonly<Record<string, string>>,
): ParamProblem {
  const { name, kind } = problem;
  if (kind !== "value" || param.isReadable?.(given[name]!) !== false) return problem;
  const told = `Hyperparameter ${name}: could not parse value (caused by ValueError)`;
  return { ...problem, message: `${told}. It is ${JSON.stringify(given[name])}; ${adviceFor(param)}.` };
}

/** Says which versions know a hyperparameter that this one does not. */
function unknownIn(problem: ParamProblem, version: string): ParamProblem {
  const { name } = problem;
  const knowing = versionNames.filter((other) => name in hyperparametersOf(other) || name in aliasesOf(other));
  if (knowing.length === 0) return problem;
  return { ...problem, message: `${name} is not known to version ${version}; it is to ${knowing.join(", ")}.` };
}

/** Reports values that cannot be combined. */
export function combinationProblems(values: Hyperparameters): ParamProblem[] {
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
  const { base_score: base } = values;
  if (objective.task === "binary" && base !== undefined && (base <= 0 || base >= 1))
    refuse("base_score", `base_score is ${base}; give a probability between 0 and 1.`);
  for (const name of values.eval_metric ?? []) {
    if (metricNamed(name)!.tasks.includes(objective.task)) continue;
    const suited = values.builtMetrics.filter((other) => metricNamed(other)!.tasks.includes(objective.task));
    refuse("eval_metric", `eval_metric ${name} does not suit ${values.objective}; give one of ${suited.join(", ")}.`);
  }
  return problems;
}
