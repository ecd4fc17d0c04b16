import { counted } from "../../base/counted.ts";
import { choice, integer } from "../../base/params.ts";
import { rocAucOfClasses } from "../../ml/metrics/ranking-scores.ts";
import { regressionScores } from "../../ml/metrics/regression-scores.ts";
import { growClassForest, growValueForest } from "../../ml/models/random-forest.ts";
import { foldRows, splitRows } from "../../ml/models/split-rows.ts";
import { columnParam } from "../column-param.ts";
import { defineAnalysis, type Findings } from "../define-analysis.ts";
import { longs, texts } from "../example-columns.ts";
import { type Feature, featuresOf, matrixOf } from "../feature-of.ts";
import { columnOf } from "../step-fault.ts";
import { sampleColumn } from "../table-sample.ts";
import { type ClassTarget, classTarget, type ValueTarget, valueTarget } from "../target-of.ts";
import { barPicture } from "./bar-picture.ts";
import { numberOrNull } from "./number-or-null.ts";

/** Data Wrangler's figures. */
const mostRows = 1000;
const mostClasses = 100;
const leakingPower = 0.95;
const folds = 5;
/** Shallow trees with some rows in each leaf: a column of its own is learned, not its noise. */
const forest = { trees: 10, maxDepth: 5, maxBins: 64, minLeafRows: 5, columnsOfNode: 1 } as const;

/** `leakage` may say the target itself; `redundant` says nothing of it by itself. */
type Risk = "leakage" | "safe" | "redundant" | "unknown";

interface Data {
  readonly metric: "roc_auc" | "r2";
  /** The score of a column that says nothing. */
  readonly trivial_score: number;
  readonly rows: number;
  /** Those of the highest scores. */
  readonly features: readonly { readonly name: string; readonly score: number | null; readonly risk: Risk }[];
}

export const targetLeakage = defineAnalysis({
  operator: "target_leakage",
  title: "Target leakage",
  summary:
    "How well each column alone predicts the target, by cross-validation on about 1,000 rows: one that says nearly all may not be known when the model is used.",
  params: {
    target: columnParam(),
    problem_type: choice(["classification", "regression"], { default: "classification" }),
    max_features: integer({ default: 40, min: 1 }),
  },
  takes(input, { target }) {
    columnOf(input, target);
    return input.columns.map(({ name }) => name);
  },

  compute({ sample, seed, values: { target: name, problem_type, max_features } }): Findings<Data> {
    const { features, notes } = featuresOf(sample, name);
    const column = sampleColumn(sample, name);
    const whole =
      problem_type === "classification" ? classTarget(column, mostClasses, notes) : valueTarget(column, notes);
    const target = fewer(whole, seed);
    const isClass = target.task === "classification";
    const trivial = isClass ? 0.5 : 0;
    const scores = features.map((feature) => {
      const score = isClass ? areaOf(feature, target, seed) : varianceOf(feature, target, seed);
      return { name: feature.name, score: numberOrNull(score), risk: riskOf(score, trivial) };
    });
    if (scores.every(({ score }) => score === null))
      notes.push(
        features.length === 0
          ? "No other column can be learned from."
          : `The column ${JSON.stringify(name)} has too few different values in ${counted(target.rows.length, "row")}: there is nothing to predict.`,
      );
    else if (isClass && target.rows.length < 2 * target.labels.length)
      notes.push(
        `The ${counted(target.rows.length, "row that is looked at has", "rows that are looked at have")} ${counted(target.labels.length, "class", "classes")}: with so few rows of each, the scores say little.`,
      );
    const ordered = scores.toSorted((one, other) => (other.score ?? -Infinity) - (one.score ?? -Infinity));
    if (ordered.length > max_features)
      notes.push(`Of ${ordered.length} columns the ${max_features} of the highest scores are shown.`);
    return {
      data: {
        metric: isClass ? "roc_auc" : "r2",
        trivial_score: trivial,
        rows: target.rows.length,
        features: ordered.slice(0, max_features),
      },
      notes,
    };
  },

  picture: ({ features, metric }, { target }) =>
    barPicture(
      features.map(({ name, score, risk }) => ({ name, value: score, group: risk })),
      {
        title: `What predicts ${target} by itself`,
        axis: metric === "r2" ? "R²" : "Area under the ROC curve",
        group: "Risk",
      },
    ),

  examples: [
    {
      summary: "A copy of the target leaks it; a column of one value says nothing of it.",
      table: {
        copy: texts(...Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? "y" : "n"))),
        same: longs(...Array.from({ length: 40 }, () => 1)),
        bought: longs(...Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? 1 : 0))),
      },
      with: { target: "bought", problem_type: "classification", max_features: "40" },
      gives: {
        metric: "roc_auc",
        trivial_score: 0.5,
        rows: 40,
        features: [
          { name: "copy", score: 1, risk: "leakage" },
          { name: "same", score: 0.5, risk: "redundant" },
        ],
      },
    },
    {
      summary: "Of values the score is R².",
      table: {
        celsius: longs(...Array.from({ length: 60 }, (_, row) => row % 3)),
        kelvin: longs(...Array.from({ length: 60 }, (_, row) => 273 + (row % 3))),
      },
      with: { target: "kelvin", problem_type: "regression" },
      gives: { metric: "r2", trivial_score: 0, rows: 60, features: [{ name: "celsius", score: 1, risk: "leakage" }] },
    },
  ],
});

function riskOf(score: number, trivial: number): Risk {
  if (!Number.isFinite(score)) return "unknown";
  if ((score - trivial) / (1 - trivial) > leakingPower) return "leakage";
  return score <= trivial ? "redundant" : "safe";
}

/** The target of about 1,000 of its rows, with as large a share of each class. */
function fewer<T extends ClassTarget | ValueTarget>(target: T, seed: number): T {
  if (target.rows.length <= mostRows) return target;
  const classes = target.task === "classification" ? target.codes : undefined;
  const { train } = splitRows(target.rows.length, mostRows / target.rows.length, seed, classes);
  const rows = train.map((at) => target.rows[at]!);
  return target.task === "classification"
    ? { ...target, rows, codes: Int32Array.from(train, (at) => target.codes[at]!) }
    : { ...target, rows, values: Float64Array.from(train, (at) => target.values[at]!) };
}

/** The area under the ROC curve of what is predicted of rows that did not train; each class against all others. */
function areaOf(feature: Feature, { rows, codes, labels }: ClassTarget, seed: number): number {
  const shares = new Float64Array(rows.length * labels.length);
  for (const { train, validation } of foldRows(rows.length, folds, seed, codes)) {
    const learned = Int32Array.from(train, (at) => codes[at]!);
    const grown = growClassForest(alone(feature, rows, train), learned, labels.length, { ...forest, seed });
    const predicted = grown.predict(alone(feature, rows, validation));
    for (const [at, place] of validation.entries())
      shares.set(predicted.subarray(at * labels.length, (at + 1) * labels.length), place * labels.length);
  }
  return rocAucOfClasses(codes, shares, labels.length);
}

function varianceOf(feature: Feature, { rows, values }: ValueTarget, seed: number): number {
  const predictions = new Float64Array(rows.length);
  for (const { train, validation } of foldRows(rows.length, folds, seed)) {
    const learned = Float64Array.from(train, (at) => values[at]!);
    const predicted = growValueForest(alone(feature, rows, train), learned, { ...forest, seed }).predict(
      alone(feature, rows, validation),
    );
    for (const [at, place] of validation.entries()) predictions[place] = predicted[at]!;
  }
  return new Set(values).size < 2 ? Number.NaN : regressionScores(values, predictions).r2;
}

const alone = (feature: Feature, rows: Uint32Array, places: Uint32Array) =>
  matrixOf(
    [feature],
    Uint32Array.from(places, (at) => rows[at]!),
  );
