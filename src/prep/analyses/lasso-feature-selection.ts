import { counted } from "../../base/counted.ts";
import { choice, number } from "../../base/params.ts";
import { rocAucOfClasses } from "../../ml/metrics/ranking-scores.ts";
import { regressionScores } from "../../ml/metrics/regression-scores.ts";
import { type ColumnTable, type LinearFit, lasso } from "../../ml/models/lasso.ts";
import { lassoLogistic } from "../../ml/models/lasso-logistic.ts";
import { splitRows } from "../../ml/models/split-rows.ts";
import { columnParam } from "../column-param.ts";
import { defineAnalysis, type Findings } from "../define-analysis.ts";
import { doubles, longs } from "../example-columns.ts";
import { standardColumns } from "../standard-columns.ts";
import { columnOf } from "../step-fault.ts";
import { sampleColumn } from "../table-sample.ts";
import { type ClassTarget, classTarget, type ValueTarget, valueTarget } from "../target-of.ts";
import { barPicture, shortNumber } from "./bar-picture.ts";
import { rowsOfPairs } from "./even-rows.ts";
import { numberOrNull } from "./number-or-null.ts";
import { numericFeatures } from "./numeric-features.ts";

/** Data Wrangler learns from 10,000 rows of a larger table; here from fewer where there are very many columns. */
const mostRows = 10_000;
const mostClasses = 20;
const trainShare = 0.8;

interface Data {
  readonly metric: "roc_auc" | "r2";
  /** Of a fifth of the rows, by a fit of the others. Null where there is nothing to learn. */
  readonly score: number | null;
  readonly rows: number;
  /** The most important first; 0 where the penalty leaves the column out. Of several classes the mean of their importances. */
  readonly features: readonly {
    readonly name: string;
    readonly importance: number;
    readonly coefficient: number | null;
  }[];
}

export const lassoFeatureSelection = defineAnalysis({
  operator: "multicolinearity",
  variant: [{ name: "analysis", is: "Lasso feature selection", block: "lasso_parameters" }],
  title: "Multicollinearity",
  summary:
    "Which columns of numbers a linear model with an L1 penalty needs: the size of their coefficients, the columns being standardised first.",
  params: {
    l1: number({ default: 1, above: 0 }),
    problem_type: choice(["Classification", "Regression"], { default: "Classification" }),
    label: columnParam(),
  },
  takes(input, { label }) {
    columnOf(input, label);
    return input.columns.map(({ name }) => name);
  },

  compute({ sample, seed, values: { l1, problem_type, label } }): Findings<Data> {
    const { numeric, notes } = numericFeatures(sample, label);
    const column = sampleColumn(sample, label);
    const target =
      problem_type === "Classification" ? classTarget(column, mostClasses, notes) : valueTarget(column, notes);
    const places = placesOf(target, Math.min(mostRows, rowsOfPairs(numeric.length, sample.rows)), seed);
    const rows = Uint32Array.from(places, (at) => target.rows[at]!);
    if (places.length < target.rows.length)
      notes.push(
        `${places.length} of ${target.rows.length} rows ${places.length === 1 ? "is" : "are"} learned from, chosen with the seed ${seed}.`,
      );
    const table = standardColumns(numeric, rows);
    const isClass = target.task === "classification";
    const model = isClass ? classModel(target, places, table, l1) : valueModel(target, places, table, l1);
    const { train, validation } = splitRows(
      rows.length,
      trainShare,
      seed,
      isClass ? Int32Array.from(places, (at) => target.codes[at]!) : undefined,
    );
    const fits = model.fit(all(rows.length));
    const importances = numeric.map(
      (_, c) => fits.reduce((sum, fit) => sum + Math.abs(fit.coefficients[c]!), 0) / (fits.length || 1),
    );
    if (fits.length === 0 || numeric.length === 0)
      notes.push(
        numeric.length === 0
          ? "No other column holds numbers."
          : `The column ${JSON.stringify(label)} has one value in ${counted(rows.length, "row")}: there is nothing to learn.`,
      );
    const score = fits.length === 0 ? null : numberOrNull(model.score(model.fit(train), validation));
    if (score === null && fits.length > 0 && numeric.length > 0)
      notes.push(
        `There is no score: ${validation.length} of ${rows.length} rows are held out to test by, too few for what the column ${JSON.stringify(label)} holds.`,
      );
    const features = numeric.map(({ name }, c) => ({
      name,
      importance: importances[c]!,
      coefficient: fits.length === 1 ? fits[0]!.coefficients[c]! : null,
    }));
    return {
      data: {
        metric: isClass ? "roc_auc" : "r2",
        score,
        rows: rows.length,
        features: features.toSorted((one, other) => other.importance - one.importance),
      },
      notes,
    };
  },

  picture: ({ features, metric, score }, { label }) =>
    barPicture(
      features.slice(0, 50).map(({ name, importance }) => ({ name, value: importance })),
      {
        title: `Predicting ${label}: ${metric === "r2" ? "R²" : "area under the ROC curve"} ${shortNumber(score)}`,
        axis: "Size of the coefficient",
      },
    ),

  examples: [
    {
      summary: "The coefficient of a column by itself loses the penalty.",
      table: { a: doubles(1, 3, 1, 3), b: doubles(2, 2, 4, 4), y: doubles(3, 7, 3, 7) },
      with: { l1: 0.5, problem_type: "Regression", label: "y" },
      gives: {
        metric: "r2",
        score: null,
        rows: 4,
        features: [
          { name: "a", importance: 1.5, coefficient: 1.5 },
          { name: "b", importance: 0, coefficient: 0 },
        ],
      },
      notes: ['There is no score: 1 of 4 rows are held out to test by, too few for what the column "y" holds.'],
    },
    {
      summary: "Of a label with one value there is nothing to learn.",
      table: { a: doubles(1, 2, 3), y: longs(1, 1, 1) },
      with: { label: "y" },
      gives: {
        metric: "roc_auc",
        score: null,
        rows: 3,
        features: [{ name: "a", importance: 0, coefficient: null }],
      },
      notes: ['The column "y" has one value in 3 rows: there is nothing to learn.'],
    },
  ],
});

/** Fits of the rows at places of a table, and how well fits tell other rows of it. */
interface LinearModel {
  /** One fit; of more than two classes one for each. None where there is nothing to learn. */
  fit(places: Uint32Array): readonly LinearFit[];
  score(fits: readonly LinearFit[], places: Uint32Array): number;
}

function valueModel({ values }: ValueTarget, places: Uint32Array, table: ColumnTable, l1: number): LinearModel {
  const own = Float64Array.from(places, (at) => values[at]!);
  const of = (rows: Uint32Array) => Float64Array.from(rows, (row) => own[row]!);
  return {
    fit: (rows) => (new Set(of(rows)).size < 2 ? [] : [lasso(rowsOf(table, rows), of(rows), l1)]),
    score: (fits, rows) =>
      fits.length === 0 ? Number.NaN : regressionScores(of(rows), marginsOf(fits[0]!, table, rows)).r2,
  };
}

function classModel({ codes, labels }: ClassTarget, places: Uint32Array, table: ColumnTable, l1: number): LinearModel {
  const own = Int32Array.from(places, (at) => codes[at]!);
  const of = (rows: Uint32Array) => Int32Array.from(rows, (row) => own[row]!);
  // Two classes are told apart by one fit, that of the second.
  const told = labels.length === 2 ? [1] : [...labels.keys()];
  return {
    fit(rows) {
      if (new Set(of(rows)).size < 2) return [];
      const columns = rowsOf(table, rows);
      return told.map((code) => {
        const isOfClass = Float64Array.from(rows, (row) => (own[row] === code ? 1 : 0));
        const seen = isOfClass.includes(1) && isOfClass.includes(0);
        return seen
          ? lassoLogistic(columns, isOfClass, l1)
          : { coefficients: new Float64Array(table.columns), intercept: -Infinity };
      });
    },
    score(fits, rows) {
      if (fits.length === 0) return Number.NaN;
      const margins = fits.map((fit) => marginsOf(fit, table, rows));
      const shares = new Float64Array(rows.length * labels.length);
      for (let at = 0; at < rows.length; at++)
        for (let code = 0; code < labels.length; code++)
          shares[at * labels.length + code] =
            labels.length === 2 ? (code === 1 ? 1 : -1) * margins[0]![at]! : margins[code]![at]!;
      return rocAucOfClasses(of(rows), shares, labels.length);
    },
  };
}

const all = (rows: number): Uint32Array => Uint32Array.from({ length: rows }, (_, row) => row);

function placesOf(target: ClassTarget | ValueTarget, most: number, seed: number): Uint32Array {
  const { length } = target.rows;
  if (length <= most) return all(length);
  return splitRows(length, most / length, seed, target.task === "classification" ? target.codes : undefined).train;
}

function rowsOf({ rows, columns, values }: ColumnTable, places: Uint32Array): ColumnTable {
  const own = new Float64Array(places.length * columns);
  for (let c = 0; c < columns; c++)
    for (let at = 0; at < places.length; at++) own[c * places.length + at] = values[c * rows + places[at]!]!;
  return { rows: places.length, columns, values: own };
}

function marginsOf(
  { coefficients, intercept }: LinearFit,
  { rows, values }: ColumnTable,
  places: Uint32Array,
): Float64Array {
  return Float64Array.from(places, (row) => {
    let sum = intercept;
    for (let c = 0; c < coefficients.length; c++) sum += coefficients[c]! * values[c * rows + row]!;
    return sum;
  });
}
