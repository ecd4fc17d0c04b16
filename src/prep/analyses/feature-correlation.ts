import { choice } from "../../base/params.ts";
import { cramersV, meansOfCategories, pearson } from "../../ml/statistics/correlation.ts";
import { type RankedColumn, rankColumn, spearman, spearmanOfCategories } from "../../ml/statistics/rank-correlation.ts";
import { defineAnalysis, type Findings, type Picture } from "../define-analysis.ts";
import { longs, texts } from "../example-columns.ts";
import { type CategoricalFeature, type Feature, featuresOf, type NumericFeature } from "../feature-of.ts";
import { evenRows, rowsOfPairs } from "./even-rows.ts";
import { numberOrNull } from "./number-or-null.ts";

/** As many columns have a square each in the picture. */
const mostSquares = 60;

interface Data {
  readonly features: readonly { readonly name: string; readonly kind: Feature["kind"] }[];
  /** By features, in their order; null where there is none: a column of one value, or two columns of categories in `linear`. */
  readonly correlations: readonly (readonly (number | null)[])[];
  /** Of each feature the one with which its correlation is farthest from 0. */
  readonly strongest: readonly {
    readonly name: string;
    readonly with: string | null;
    readonly correlation: number | null;
  }[];
}

export const featureCorrelation = defineAnalysis({
  operator: "feature_correlation",
  title: "Feature correlation",
  summary:
    "How columns go together, two by two. Linear: Pearson's correlation; non-linear: Spearman's, and Cramér's V of two columns of categories. With a column of numbers, categories become the numbers that predict it best: its mean in each.",
  params: { correlation_type: choice(["linear", "non-linear"], { default: "linear" }) },
  takes: (input) => input.columns.map(({ name }) => name),

  compute({ sample, values: { correlation_type } }): Findings<Data> {
    const { features, notes } = featuresOf(sample);
    const rows = evenRows(sample.rows, rowsOfPairs(features.length, sample.rows), notes);
    const used = features.map((feature) => onRows(feature, rows));
    const correlate = correlation_type === "linear" ? linear : createNonLinear(used);
    const correlations = used.map(() => new Array<number | null>(used.length).fill(null));
    for (let i = 0; i < used.length; i++)
      for (let j = i; j < used.length; j++) {
        const value = numberOrNull(correlate(used[i]!, used[j]!));
        const own = i === j && value !== null ? 1 : value;
        correlations[i]![j] = own;
        correlations[j]![i] = own;
      }
    if (features.length < 2) notes.push("Fewer than two columns are numbers or categories: there is no pair.");
    return {
      data: {
        features: features.map(({ name, kind }) => ({ name, kind })),
        correlations,
        strongest: features.map(({ name }, i) => ({ name, ...strongestOf(correlations[i]!, features, i) })),
      },
      notes,
    };
  },

  picture: pictureOf,

  examples: [
    {
      summary:
        "Linear: categories stand for the mean of the other column; two columns of categories have no correlation.",
      table: {
        age: longs(1, 2, 3, 4),
        weight: longs(8, 6, 4, 2),
        kind: texts("a", "a", "b", "b"),
        sort: texts("x", "y", "x", "y"),
      },
      with: { correlation_type: "linear" },
      gives: {
        features: [
          { name: "age", kind: "numeric" },
          { name: "weight", kind: "numeric" },
          { name: "kind", kind: "categorical" },
          { name: "sort", kind: "categorical" },
        ],
        correlations: [
          [1, -1, 0.894427190999916, 0.447213595499958],
          [-1, 1, 0.894427190999916, 0.447213595499958],
          [0.894427190999916, 0.894427190999916, null, null],
          [0.447213595499958, 0.447213595499958, null, null],
        ],
        strongest: [
          { name: "age", with: "weight", correlation: -1 },
          { name: "weight", with: "age", correlation: -1 },
          { name: "kind", with: "age", correlation: 0.894427190999916 },
          { name: "sort", with: "age", correlation: 0.447213595499958 },
        ],
      },
    },
    {
      summary: "Non-linear: order alone counts.",
      table: { age: longs(1, 2, 3, 4), cube: longs(1, 8, 27, 64), kind: texts("a", "a", "b", "b") },
      with: { correlation_type: "non-linear" },
      gives: {
        features: [
          { name: "age", kind: "numeric" },
          { name: "cube", kind: "numeric" },
          { name: "kind", kind: "categorical" },
        ],
        correlations: [
          [1, 1, 0.894427190999916],
          [1, 1, 0.894427190999916],
          [0.894427190999916, 0.894427190999916, 1],
        ],
        strongest: [
          { name: "age", with: "cube", correlation: 1 },
          { name: "cube", with: "age", correlation: 1 },
          { name: "kind", with: "age", correlation: 0.894427190999916 },
        ],
      },
    },
  ],
});

function linear(x: Feature, y: Feature): number {
  if (x.kind === "numeric") return y.kind === "numeric" ? pearson(x.values, y.values) : linear(y, x);
  if (y.kind === "categorical") return Number.NaN;
  const means = meansOfCategories(x.codes, x.labels.length, y.values);
  return pearson(
    Float64Array.from(x.codes, (code) => (code < 0 ? Number.NaN : means[code]!)),
    y.values,
  );
}

function createNonLinear(features: readonly Feature[]) {
  const ranked = new Map<Feature, RankedColumn>();
  for (const feature of features) if (feature.kind === "numeric") ranked.set(feature, rankColumn(feature.values));
  const withNumbers = (x: CategoricalFeature, y: NumericFeature): number => {
    const means = meansOfCategories(x.codes, x.labels.length, y.values);
    // Means may order categories against the ranks where few values are far out: that is no correlation.
    return Math.max(0, spearmanOfCategories(x.codes, means, ranked.get(y)!));
  };
  return (x: Feature, y: Feature): number => {
    if (x.kind === "numeric")
      return y.kind === "numeric" ? spearman(ranked.get(x)!, ranked.get(y)!) : withNumbers(y, x);
    return y.kind === "numeric" ? withNumbers(x, y) : cramersV(x.codes, x.labels.length, y.codes, y.labels.length);
  };
}

const onRows = (feature: Feature, rows: Uint32Array): Feature =>
  feature.kind === "numeric"
    ? { ...feature, values: Float64Array.from(rows, (row) => feature.values[row]!) }
    : { ...feature, codes: Int32Array.from(rows, (row) => feature.codes[row]!) };

function strongestOf(row: readonly (number | null)[], features: readonly Feature[], self: number) {
  let best = -1;
  for (const [at, value] of row.entries())
    if (at !== self && value !== null && (best < 0 || Math.abs(value) > Math.abs(row[best]!))) best = at;
  return best < 0 ? { with: null, correlation: null } : { with: features[best]!.name, correlation: row[best]! };
}

function pictureOf({ features, correlations }: Data): Picture {
  const names = features.slice(0, mostSquares).map(({ name }) => name);
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description: "A square for each pair of columns, its colour their correlation.",
    data: { values: names.flatMap((x, i) => names.map((y, j) => ({ x, y, correlation: correlations[i]![j]! }))) },
    mark: { type: "rect", tooltip: true },
    encoding: {
      x: { field: "x", type: "nominal", sort: null, title: null },
      y: { field: "y", type: "nominal", sort: null, title: null },
      color: {
        field: "correlation",
        type: "quantitative",
        scale: { scheme: "blueorange", domain: [-1, 1] },
        title: "Correlation",
      },
    },
  };
}
