import {
  count,
  flag,
  type JsonShape,
  list,
  members,
  number,
  type OfShape,
  oneOf,
  optional,
  orNull,
  record,
  share,
  text,
} from "../../base/json-shape.ts";
import type { DuplicateRows } from "../analyses/duplicate-rows.ts";
import { type FeatureType, featureTypes } from "./feature-type.ts";

const value = orNull(number());
const scores = (words: string) => record(value, words);
const histogram = { counts: list(count(), "The rows of each part.") };

const sampleRow = record(orNull(text()));
export type SampleRow = OfShape<typeof sampleRow>;

export const severities = ["high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

export const warning = members({
  id: text("Which warning it is: docs/reference/analyses.md lists them."),
  severity: oneOf(severities),
  title: text(),
  column: optional(text("Absent where it is of the whole table.")),
  text: text("What was found."),
  rule: text("When the warning is given, with its threshold."),
  advice: text("What to do about it."),
});
export type Warning = OfShape<typeof warning>;

const duplicates: JsonShape<DuplicateRows> = members({
  rows: count(),
  duplicates: count("Rows that have an equal one, all copies counted."),
  ratio: share("Those of all rows."),
  surplus: count("Rows that would go if one of each set stayed."),
  sets: count("Sets of equal rows."),
  most: list(
    members({ rows: count(), first: count("The place of the first, counted from 1."), values: sampleRow }),
    "The sets of most rows; of equally many, those that come first.",
  ),
});

const anomalies = members({
  rows: count("Rows with a score below 0."),
  of: count(),
  least: list(
    members({ score: number("From -0.5 to 0.5: below 0 is an anomaly."), values: sampleRow }),
    "The least usual first.",
  ),
});
export type Anomalies = OfShape<typeof anomalies>;

const numbers = members({
  min: value,
  max: value,
  mean: value,
  stddev: value,
  median: value,
  quantiles: record(value, "By their fractions."),
  skew: value,
  kurtosis: value,
  robustStddev: orNull(number("The standard deviation after values are clipped to the 5th and 95th percentile.")),
  outliers: count("Values outside the median and 5 robust standard deviations of either side."),
  wholes: orNull(count("Values that are whole numbers.")),
  histogram: members({ edges: list(number()), ...histogram }, "Outliers are in the parts at the ends."),
});
export type NumberInsights = OfShape<typeof numbers>;

const times = members({
  first: orNull(text()),
  last: orNull(text()),
  histogram: members({ edges: list(text()), ...histogram }),
});

const texts = members({
  shortest: count("In characters, of those that are there."),
  longest: count(),
  meanLength: value,
  empty: count(),
  blank: count(),
  nullLike: count("Words for nothing: NA, null."),
  patterns: list(
    members({
      pattern: text(),
      share: share("The values that it covers."),
      others: list(text(), "Some of the others."),
    }),
    "Patterns that cover many of the values, the most frequent first.",
  ),
});
export type TextInsights = OfShape<typeof texts>;

const top = list(members({ value: text(), rows: count() }), "The values that most rows have, as texts.");

const column = members({
  column: text("Its name."),
  type: text("As it is stored."),
  feature: oneOf(featureTypes, "What its values are to a model."),
  rows: count(),
  missing: count(),
  invalid: count("Values that are there and not of the feature's type."),
  valid: count(),
  distinct: orNull(count()),
  top,
  rareCategories: optional(count("Of categories: those with less than 5 % of the rows of the most frequent one.")),
  numbers: optional(numbers),
  times: optional(times),
  texts: optional(texts),
  power: optional(
    orNull(
      members(
        { power: share(), score: number(), metric: text("Of the score: r2, rocAuc, accuracy.") },
        "What the column alone tells of the target. Absent without a target; null where it could not be told.",
      ),
    ),
  ),
  importance: optional(share("The column's part in the quick model.")),
});
export type ColumnInsights = OfShape<typeof column>;

const target = members({
  column: text("Its name."),
  problem: oneOf(["classification", "regression"]),
  given: flag("Whether the problem was given, not told by the values."),
  because: text("Why the problem is this one."),
  missing: count(),
  distinct: count(),
  classes: optional(list(members({ value: text(), rows: count() }), "The most frequent first, 2,001 at most.")),
});
export type TargetInsights = OfShape<typeof target>;

const model = members({
  kind: oneOf(["XGBoost"]),
  task: oneOf(["regression", "binary", "multiclass"]),
  rounds: count(),
  learningRate: number(),
  validation: text("Which rows it learned from, and which it was scored on."),
  features: count("Columns of numbers that the features were made into."),
  scores: scores("Of rows that it did not learn from."),
  trivial: scores("Those of answering always with the mean, or the most frequent class."),
  confusion: optional(
    members(
      {
        classes: list(text()),
        counts: list(list(count()), "By the actual class: rows of each predicted one."),
        report: list(members({ precision: share(), recall: share(), f1: share(), rows: count() }), "By class."),
      },
      "Of a classification of at most 20 classes.",
    ),
  ),
});
export type QuickModelInsights = OfShape<typeof model>;

const types = Object.fromEntries(featureTypes.map((type) => [type, optional(count())]));

/** A Data Quality and Insights Report, as it is kept: JSON. A number that there is not is null. */
export const reportMembers = {
  format: oneOf(["data-insights-report"]),
  version: oneOf([1], "Of the shape: a newer one has a greater number."),
  name: optional(text("What the node calls the report.")),
  rows: members({
    table: count(),
    used: count("Those that all statistics are of."),
    method: oneOf(["all", "first"]),
    models: members(
      { used: count(), method: oneOf(["all", "random", "stratified"]), seed: number() },
      "The rows that models and patterns are of.",
    ),
  }),
  summary: members({
    rows: count(),
    columns: count(),
    types: members(types, "How many columns are of each type.") as JsonShape<{
      readonly [type in FeatureType]?: number;
    }>,
    missing: share("Of all values."),
    invalid: share("Of all values."),
    duplicates: share("Of all rows."),
    warnings: members({ high: count(), medium: count(), low: count() }),
  }),
  warnings: list(warning, "The most severe first."),
  duplicates,
  anomalies: orNull(anomalies),
  target: orNull(target),
  model: orNull(model),
  columns: list(column, "In the order of the table."),
  samples: list(sampleRow, "The first rows, as texts by column."),
  notes: list(text(), "What could not be worked out, and why."),
  definitions: list(members({ term: text(), meaning: text() })),
} as const;
const insightsReport = members(reportMembers);
export type InsightsReport = OfShape<typeof insightsReport>;
