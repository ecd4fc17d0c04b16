import type { Param } from "../../src/base/params.ts";
import { xgboost as oldImages, sagemakerXgboost } from "../../src/images/xgboost.ts";
import { metricNamed, metricNames } from "../../src/ml/algorithms/xgboost/metrics.ts";
import { objectives } from "../../src/ml/algorithms/xgboost/objectives.ts";
import {
  answerTypesOf,
  defaultPayloadBytes,
  otherServers,
  withoutEffect,
} from "../../src/ml/algorithms/xgboost/serving-environment.ts";
import { type ContainerVersion, containerVersion } from "../../src/ml/algorithms/xgboost/versions.ts";
import { xgboost } from "../../src/ml/algorithms/xgboost/xgboost.ts";
import type { Generator } from "./generators.ts";
import { markdownTable } from "./markdown-table.ts";
import { fillMarks } from "./marks.ts";

const { versions } = xgboost;
const knownTo = (version: string) => xgboost.hyperparameters(version).known;

/** The tables of docs/guide/xgboost.md, from the algorithm's own. */
export const generateXgboost: Generator = (root) =>
  fillMarks(root, "docs/guide/xgboost.md", {
    Images: imagesTable(),
    Objectives: objectivesTable(),
    Metrics: metricsTable(),
    Hyperparameters: hyperparametersTable(),
    "Refused hyperparameters": refusedHyperparameters(),
    Formats: formatsTable(),
    Environment: environmentTable(),
  });

/** The versions that something holds for: "all", "from 1.2-1", "1 to 1.0-1", or one after the other. */
function span(holds: (version: string) => boolean): string {
  const spans: string[] = [];
  for (let from = 0; from < versions.length; from++) {
    if (!holds(versions[from]!)) continue;
    let to = from;
    while (to + 1 < versions.length && holds(versions[to + 1]!)) to++;
    const [first, last] = [versions[from]!, versions[to]!];
    const open = to === versions.length - 1;
    spans.push(
      open
        ? from === 0
          ? "all"
          : first === last
            ? first
            : `from ${first}`
        : first === last
          ? first
          : `${first} to ${last}`,
    );
    from = to;
  }
  return spans.join(", ");
}

const names = (values: readonly unknown[]): string => values.map((value) => `\`${value}\``).join(", ");
const choicesOf = (name: string, version: string): readonly unknown[] => knownTo(version)[name]?.choices ?? [];
const everyChoice = (name: string): unknown[] => [...new Set(versions.flatMap((version) => choicesOf(name, version)))];
const spanOf = (name: string, choice: unknown): string => span((version) => choicesOf(name, version).includes(choice));

/** "`a` (from 1.2-1), `b`": choices that are known to images and not built. */
const refusedChoices = (name: string, built: readonly unknown[]): string =>
  everyChoice(name)
    .filter((choice) => !built.includes(choice))
    .map((choice) => {
      const where = spanOf(name, choice);
      return `\`${choice}\`${where === "all" ? "" : ` (${where})`}`;
    })
    .join(", ");

const imagesTable = (): string =>
  markdownTable(
    ["Repository", "Tags"],
    [sagemakerXgboost, oldImages].map(({ repository, versions: tags }) => [`\`${repository}\``, names(tags)]),
  );

function objectivesTable(): string {
  const rows = Object.entries(objectives).map(([name, { task, toAnswers, labelProblem }]) => [
    `\`${name}\``,
    spanOf("objective", name),
    labelProblem(Number.NaN, Number.NaN)!.replace(/to NaN/, "to num_class - 1"),
    toAnswers
      ? "the class"
      : task === "regression"
        ? "the value"
        : `the probability${task === "binary" ? "" : " of each class"}`,
  ]);
  return `${markdownTable(["Objective", "Versions", "A label is", "A row is answered with"], rows)}
Without \`objective\` a job has ${standards("objective")}.

Known to the images and refused here: ${refusedChoices("objective", Object.keys(objectives))}.`;
}

/** "`reg:linear` (1 to 0.90-2)": the defaults of a hyperparameter by version. */
const standards = (name: string): string =>
  [...new Set(versions.map((version) => knownTo(version)[name]?.default))]
    .map((value) => `\`${value}\` (${span((version) => knownTo(version)[name]?.default === value)})`)
    .join(", ");

function metricsTable(): string {
  const rows = metricNames.map((name) => {
    const { tasks, maximize } = metricNamed(name)!;
    return [`\`${name}\``, spanOf("eval_metric", name), tasks.join(", "), maximize ? "higher" : "lower"];
  });
  const logloss = span((version) => containerVersion(version).classifierMetric === "logloss");
  return `${markdownTable(["Metric", "Versions", "Of", "Better"], rows)}
\`error@0.7\` moves the threshold of \`error\`. A job without \`eval_metric\` is scored by \`rmse\`, or for classes by \`error\` and
\`merror\`, ${logloss} by \`logloss\` and \`mlogloss\`.

Known to the images and refused here: ${refusedChoices("eval_metric", metricNames)}.`;
}

/** A hyperparameter by the versions in which it is the same. */
const changesOf = (name: string): Param<unknown>[] =>
  [...new Set(versions.map((version) => knownTo(version)[name]))].filter((param) => param !== undefined);

const everyName = [...new Set(versions.flatMap((version) => Object.keys(knownTo(version))))];
const isRefused = ({ built }: Param<unknown>): boolean => built?.length === 0;

function hyperparametersTable(): string {
  const rows = everyName.flatMap((name) => {
    const built = changesOf(name).filter((param) => !isRefused(param));
    const byWords = Map.groupBy(built, (param) => `${acceptedWords(name, param)}|${standardWords(name, param)}`);
    return [...byWords].map(([words, same]) => {
      const [accepted, standard] = words.split("|") as [string, string];
      return [`\`${name}\``, span((version) => same.includes(knownTo(version)[name]!)), accepted, standard];
    });
  });
  const aliases = versions.map((version) => xgboost.hyperparameters(version).aliases);
  const both = Object.entries(aliases.at(-1)!).map(([alias, name]) => `\`${alias}\` is \`${name}\``);
  const since = span((version) => Object.keys(xgboost.hyperparameters(version).aliases).length > 0);
  return `${markdownTable(["Name", "Versions", "Accepts", "Default"], rows)}
Other names (${since}): ${both.join(", ")}.`;
}

/** Hyperparameters whose values have a table of their own. */
const tables: Readonly<Record<string, string>> = {
  objective: "see [objectives](#objectives)",
  eval_metric: "see [metrics](#metrics)",
};

function acceptedWords(name: string, { allowed, choices, built }: Param<unknown>): string {
  if (tables[name]) return tables[name];
  const refused = (choices ?? []).filter((choice) => built && !built.includes(choice));
  if (refused.length > 0) return `${allowed}; refused: ${names(refused)}`;
  return built && !choices ? `${allowed}; others than ${names(built)} are refused` : allowed;
}

const standardWords = (name: string, param: Param<unknown>): string =>
  param.required ? "required" : param.default === undefined || tables[name] ? "" : `\`${param.default}\``;

const refusedHyperparameters = (): string =>
  everyName
    .filter((name) => changesOf(name).every(isRefused))
    .map((name) => `\`${name}\` (${span((version) => name in knownTo(version))})`)
    .join(", ");

function formatsTable(): string {
  const lines = versions.map((version) => {
    const { channelDefault, requestDefault, read } = xgboost.formats(version);
    return [read.join(", "), channelDefault, requestDefault, answerWords(containerVersion(version))] as const;
  });
  const byWords = Map.groupBy(versions, (version) => lines[versions.indexOf(version)]!.join());
  const rows = [...byWords.values()].map((same) => [
    span((version) => same.includes(version)),
    ...lines[versions.indexOf(same[0]!)]!,
  ]);
  return markdownTable(["Versions", "Reads", "A channel's default", "A request's default", "Answers"], rows);
}

const answerWords = ({ readsAccept, csvAnswer }: ContainerVersion): string =>
  `${readsAccept ? answerTypesOf(false).join(" or ") : "text/csv, whatever is accepted"}; csv: ${csvAnswer === "rows" ? "a line for each row" : "all rows on one line, between commas"}`;

function environmentTable(): string {
  const reads: readonly (readonly [string, (container: ContainerVersion) => boolean, string])[] = [
    [
      "SAGEMAKER_INFERENCE_OUTPUT",
      ({ selectsOutput }) => selectsOutput,
      "selects what is answered of a row, such as `predicted_label,probability`",
    ],
    [
      "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT",
      ({ readsAccept }) => readsAccept,
      "the answer's type for a request without Accept",
    ],
    [
      "SAGEMAKER_INFERENCE_ENSEMBLE",
      ({ ensembles }) => ensembles,
      "`false`: only the first model of the archive answers",
    ],
    ["MAX_CONTENT_LENGTH", () => true, `the longest request, in bytes; ${defaultPayloadBytes} without it`],
    ["SAGEMAKER_BATCH", () => true, "rows as batch transform wants them"],
  ];
  const scripts = [
    ["SAGEMAKER_PROGRAM", "serves by this [script](serving.md)"],
    ["SAGEMAKER_SUBMIT_DIRECTORY", "where that script is"],
  ] as const;
  const rows = [
    ...reads.map(([name, holds, words]) => [`\`${name}\``, span((version) => holds(containerVersion(version))), words]),
    ...Object.entries(withoutEffect).map(([name, words]) => [`\`${name}\``, "all", `no effect: ${words}`]),
    ...scripts.map(([name, words]) => [`\`${name}\``, span((version) => version !== "1"), words]),
    ...Object.entries(otherServers)
      .filter(([name]) => !scripts.some(([script]) => script === name))
      .map(([name, words]) => [`\`${name}\``, "none", `refused: ${words.toLowerCase()} is not built`]),
  ];
  return markdownTable(["Variable", "Versions", "What it does"], rows);
}
