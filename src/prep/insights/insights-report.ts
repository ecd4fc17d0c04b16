import type { DuplicateRows } from "../analyses/duplicate-rows.ts";
import type { FeatureType } from "./feature-type.ts";

/** A Data Quality and Insights Report, as it is kept: JSON. A number that there is not is null. */
export interface InsightsReport {
  readonly format: "data-insights-report";
  /** Of the shape: a newer one has a greater number. */
  readonly version: 1;
  readonly name?: string;
  readonly rows: {
    readonly table: number;
    /** Those that all statistics are of. */
    readonly used: number;
    readonly method: "all" | "first";
    /** Those that models and samples are of. */
    readonly models: { readonly used: number; readonly method: "all" | "random" | "stratified"; readonly seed: number };
  };
  readonly summary: {
    readonly rows: number;
    readonly columns: number;
    readonly types: { readonly [type in FeatureType]?: number };
    /** Shares of all values, and of all rows. */
    readonly missing: number;
    readonly invalid: number;
    readonly duplicates: number;
    readonly warnings: { readonly high: number; readonly medium: number; readonly low: number };
  };
  /** The most severe first. */
  readonly warnings: readonly Warning[];
  readonly duplicates: DuplicateRows;
  readonly anomalies: Anomalies | null;
  readonly target: TargetInsights | null;
  readonly model: QuickModelInsights | null;
  /** In the order of the table. */
  readonly columns: readonly ColumnInsights[];
  /** The first rows, as texts by column. */
  readonly samples: readonly SampleRow[];
  /** What could not be worked out, and why. */
  readonly notes: readonly string[];
  readonly definitions: readonly { readonly term: string; readonly meaning: string }[];
}

export type Severity = "high" | "medium" | "low";

export interface Warning {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly column?: string;
  /** What was found. */
  readonly text: string;
  /** When the warning is given, with its threshold. */
  readonly rule: string;
  /** What to do about it. */
  readonly advice: string;
}

export type SampleRow = { readonly [column: string]: string | null };

export interface Anomalies {
  /** Rows below 0 are anomalies; the score is between -0.5 and 0.5. */
  readonly rows: number;
  readonly of: number;
  /** The least usual first. */
  readonly least: readonly { readonly score: number; readonly values: SampleRow }[];
}

export interface ColumnInsights {
  readonly column: string;
  /** As it is stored. */
  readonly type: string;
  readonly feature: FeatureType;
  readonly rows: number;
  readonly missing: number;
  /** Values that are there and not of the feature's type. */
  readonly invalid: number;
  readonly valid: number;
  readonly distinct: number | null;
  /** The values that most rows have. */
  readonly top: readonly { readonly value: string; readonly rows: number }[];
  /** Of categories: those that have less than 5 % of the rows of the most frequent one. */
  readonly rareCategories?: number;
  readonly numbers?: NumberInsights;
  readonly times?: {
    readonly first: string | null;
    readonly last: string | null;
    readonly histogram: { readonly edges: readonly string[]; readonly counts: readonly number[] };
  };
  readonly texts?: TextInsights;
  /** What the column alone tells of the target: 0 to 1. Absent without a target; null where it could not be told. */
  readonly power?: { readonly power: number; readonly score: number; readonly metric: string } | null;
  /** The column's part in the quick model: 0 to 1. */
  readonly importance?: number;
}

export interface NumberInsights {
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly stddev: number | null;
  readonly median: number | null;
  readonly quantiles: { readonly [fraction: string]: number | null };
  readonly skew: number | null;
  readonly kurtosis: number | null;
  readonly robustStddev: number | null;
  readonly outliers: number;
  readonly wholes: number | null;
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
}

export interface TextInsights {
  /** In characters, of those that are there. */
  readonly shortest: number;
  readonly longest: number;
  readonly meanLength: number | null;
  readonly empty: number;
  readonly blank: number;
  readonly nullLike: number;
  /** Patterns that cover many of the values, the most frequent first. */
  readonly patterns: readonly {
    readonly pattern: string;
    readonly share: number;
    readonly others: readonly string[];
  }[];
}

export interface TargetInsights {
  readonly column: string;
  readonly problem: "classification" | "regression";
  readonly given: boolean;
  /** Why the problem is this one. */
  readonly because: string;
  readonly missing: number;
  readonly distinct: number;
  /** Of a classification: rows of each class, the most frequent first, 2,001 at most. */
  readonly classes?: readonly { readonly value: string; readonly rows: number }[];
}

export interface QuickModelInsights {
  readonly kind: "XGBoost";
  readonly task: "regression" | "binary" | "multiclass";
  readonly rounds: number;
  readonly learningRate: number;
  readonly validation: string;
  readonly features: number;
  readonly scores: { readonly [metric: string]: number | null };
  /** Those of answering always with the mean, or the most frequent class. */
  readonly trivial: { readonly [metric: string]: number | null };
  /** Of a classification of at most 20 classes: rows of one class that are predicted as another. */
  readonly confusion?: {
    readonly classes: readonly string[];
    readonly counts: readonly (readonly number[])[];
    readonly report: readonly {
      readonly precision: number;
      readonly recall: number;
      readonly f1: number;
      readonly rows: number;
    }[];
  };
}
