import { classScores } from "../../ml/metrics/class-scores.ts";
import { regressionScores } from "../../ml/metrics/regression-scores.ts";
import { growClassForest, growValueForest } from "../../ml/models/random-forest.ts";
import { splitRows } from "../../ml/models/split-rows.ts";
import { columnParam } from "../column-param.ts";
import { defineAnalysis, type Findings } from "../define-analysis.ts";
import { longs, texts } from "../example-columns.ts";
import { type Feature, featureOf, featuresOf, matrixOf } from "../feature-of.ts";
import { columnOf } from "../step-fault.ts";
import { sampleColumn } from "../table-sample.ts";
import { type ClassTarget, classTarget, distinctValues, type ValueTarget, valueTarget } from "../target-of.ts";
import { barPicture, shortNumber } from "./bar-picture.ts";
import { numberOrNull } from "./number-or-null.ts";

/** A label with more values is a number to be predicted: Data Wrangler's rule. Of more texts the most frequent are told apart. */
const mostClasses = 100;
const trainShare = 0.7;
/** Spark's defaults. */
const forest = { trees: 20, maxDepth: 5, maxBins: 32 } as const;

interface Data {
  readonly problem_type: "classification" | "regression";
  /** `f1` weighs the F1 of each class by its rows; `mse` is the mean squared error. */
  readonly metric: "f1" | "mse";
  /** On the rows that did not train. Null where there is nothing to learn. */
  readonly score: number | null;
  /** The score of always answering the most frequent class, or the mean. */
  readonly trivial_score: number | null;
  readonly train_rows: number;
  readonly test_rows: number;
  readonly classes?: readonly string[];
  /** The greatest first; their sum is 1. */
  readonly features: readonly { readonly name: string; readonly importance: number }[];
}

export const quickModel = defineAnalysis({
  operator: "quick_model",
  title: "Quick model",
  summary:
    "How well a random forest of 20 trees predicts a column from all others, learning from 70% of the rows, and how much each column helps.",
  params: { label: columnParam() },
  takes(input, { label }) {
    columnOf(input, label);
    return input.columns.map(({ name }) => name);
  },

  compute({ sample, seed, values: { label } }): Findings<Data> {
    const column = sampleColumn(sample, label);
    const { features, notes } = featuresOf(sample, label);
    const isValue = distinctValues(column) > mostClasses && featureOf(column).kind === "numeric";
    const target = isValue ? valueTarget(column, notes) : classTarget(column, mostClasses, notes);
    const found =
      target.task === "classification" ? tellClasses(features, target, seed) : predictValues(features, target, seed);
    const why = nothingToLearn(features, target, label);
    if (why !== undefined) notes.push(why);
    else if (found.data.score === null)
      notes.push(
        `There is no score: ${found.data.test_rows} of ${target.rows.length} rows are left to test by, too few for what the column ${JSON.stringify(label)} holds.`,
      );
    const importances = features.map(({ name }, at) => ({ name, importance: found.importances[at]! }));
    return {
      data: {
        ...found.data,
        ...(why !== undefined && { score: null, trivial_score: null }),
        features: importances.toSorted((one, other) => other.importance - one.importance),
      },
      notes,
    };
  },

  picture: ({ features, metric, score, trivial_score }, { label }) =>
    barPicture(
      features.slice(0, 50).map(({ name, importance }) => ({ name, value: importance })),
      {
        title: `Predicting ${label}: ${metric === "f1" ? "F1" : "mean squared error"} ${shortNumber(score)} (trivial: ${shortNumber(trivial_score)})`,
        axis: "Importance (Gini)",
      },
    ),

  examples: [
    {
      summary: "A column that says the label has all the importance.",
      table: {
        size: longs(1, 2, 1, 2, 1, 2, 1, 2, 1, 2),
        same: longs(7, 7, 7, 7, 7, 7, 7, 7, 7, 7),
        kind: texts("a", "b", "a", "b", "a", "b", "a", "b", "a", "b"),
      },
      with: { label: "kind" },
      gives: {
        problem_type: "classification",
        metric: "f1",
        score: 1,
        trivial_score: 1 / 3,
        train_rows: 8,
        test_rows: 2,
        classes: ["a", "b"],
        features: [
          { name: "size", importance: 1 },
          { name: "same", importance: 0 },
        ],
      },
    },
    {
      summary: "Of a label with one value there is nothing to learn.",
      table: { size: longs(1, 2, 3), kind: texts("a", "a", "a") },
      with: { label: "kind" },
      gives: {
        problem_type: "classification",
        metric: "f1",
        score: null,
        trivial_score: null,
        train_rows: 2,
        test_rows: 1,
        classes: ["a"],
        features: [{ name: "size", importance: 0 }],
      },
      notes: ['All rows have one value in the column "kind": there is nothing to learn.'],
    },
  ],
});

function nothingToLearn(
  features: readonly Feature[],
  target: ClassTarget | ValueTarget,
  label: string,
): string | undefined {
  if (features.length === 0) return "No other column can be learned from.";
  if (target.rows.length < 2) return `Fewer than 2 rows have a value in the column ${JSON.stringify(label)}.`;
  const known: ArrayLike<number> = target.task === "classification" ? target.codes : target.values;
  for (let at = 1; at < known.length; at++) if (known[at] !== known[0]) return undefined;
  return `All rows have one value in the column ${JSON.stringify(label)}: there is nothing to learn.`;
}

interface Found {
  readonly data: Omit<Data, "features">;
  readonly importances: Float64Array;
}

function tellClasses(features: readonly Feature[], { rows, codes, labels }: ClassTarget, seed: number): Found {
  const { train, validation: test } = splitRows(rows.length, trainShare, seed, codes);
  const of = (places: Uint32Array) => ({
    features: matrixOf(
      features,
      places.map((at) => rows[at]!),
    ),
    codes: Int32Array.from(places, (at) => codes[at]!),
  });
  const [learned, told] = [of(train), of(test)];
  const grown = growClassForest(learned.features, learned.codes, labels.length, { ...forest, seed });
  const shares = grown.predict(told.features);
  const guesses = told.codes.map((_, at) => greatest(shares.subarray(at * labels.length, (at + 1) * labels.length)));
  const counts = labels.map((_, code) => learned.codes.filter((one) => one === code).length);
  const trivial = told.codes.map(() => greatest(Float64Array.from(counts)));
  const f1 = (predicted: Int32Array) => numberOrNull(classScores(told.codes, predicted, labels.length).weighted.f1);
  return {
    importances: grown.importances,
    data: {
      problem_type: "classification",
      metric: "f1",
      score: f1(guesses),
      trivial_score: f1(trivial),
      train_rows: train.length,
      test_rows: test.length,
      classes: labels,
    },
  };
}

function predictValues(features: readonly Feature[], { rows, values }: ValueTarget, seed: number): Found {
  const { train, validation: test } = splitRows(rows.length, trainShare, seed);
  const of = (places: Uint32Array) => ({
    features: matrixOf(
      features,
      places.map((at) => rows[at]!),
    ),
    values: Float64Array.from(places, (at) => values[at]!),
  });
  const [learned, told] = [of(train), of(test)];
  const grown = growValueForest(learned.features, learned.values, { ...forest, seed });
  const mean = learned.values.reduce((sum, value) => sum + value, 0) / train.length;
  const error = (predicted: Float64Array) => numberOrNull(regressionScores(told.values, predicted).meanSquaredError);
  return {
    importances: grown.importances,
    data: {
      problem_type: "regression",
      metric: "mse",
      score: error(grown.predict(told.features)),
      trivial_score: error(told.values.map(() => mean)),
      train_rows: train.length,
      test_rows: test.length,
    },
  };
}

const greatest = (shares: Float64Array): number =>
  shares.indexOf(shares.reduce((most, share) => Math.max(most, share), 0));
