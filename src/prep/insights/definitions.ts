import type { InsightsReport } from "./insights-report.ts";

/** The words of a report. */
export const definitions: InsightsReport["definitions"] = [
  { term: "Missing", meaning: "Null, an empty text, a text of blanks alone, or a number that is none (NaN)." },
  { term: "Invalid", meaning: "A value that is there and is not of the column's feature type." },
  {
    term: "Feature type",
    meaning:
      "Binary: two values. Numeric: most values are numbers. Categorical: fewer than 1 % to 20 % of the values differ. Datetime: more than 60 % are times. Text: the rest. Vector: lists of numbers. Image: bytes.",
  },
  {
    term: "Outlier",
    meaning: "A number outside the median and 5 robust standard deviations of either side.",
  },
  {
    term: "Robust standard deviation",
    meaning: "The standard deviation after values are clipped to the 5th and the 95th percentile.",
  },
  { term: "Skew", meaning: "The third standardised moment: 0 for what is symmetric." },
  { term: "Kurtosis", meaning: "The fourth standardised moment (Pearson's): 3 for a normal distribution." },
  {
    term: "Histogram",
    meaning: "20 equal parts of the range without outliers, which are counted in the parts at its ends.",
  },
  {
    term: "Prediction power",
    meaning:
      "How well a feature alone predicts the target: boosted trees of at most 50 rounds, scored on rows that they did not see (R², area under the ROC curve, accuracy), as the share of the way from knowing nothing (0) to all (1).",
  },
  {
    term: "Quick model",
    meaning:
      "XGBoost of at most 1,000 rounds, stopped when the rows for validation are predicted no better for 10. Small tables: learning rate 0.025, 5 folds; larger ones learn in greater steps on one split, as the section says.",
  },
  { term: "Importance", meaning: "A feature's share of the gains of all tests of the quick model's trees." },
  {
    term: "Anomalous row",
    meaning:
      "A row that an isolation forest parts from the others with few tests. Its score is between -0.5 and 0.5; below 0 it is an anomaly.",
  },
  { term: "Duplicate row", meaning: "A row that is equal to another in all columns; all copies are counted." },
  {
    term: "Pattern",
    meaning:
      "Runs of {digits}, {lower}, {upper}, {name} (one capital, then small letters), {mixed} letters, {alnum} and {whitespace} with their lengths; all other characters stand for themselves.",
  },
];
