import { counted } from "../../base/counted.ts";
import { type CategoricalFeature, featuresOf, type NumericFeature } from "../feature-of.ts";
import type { TableSample } from "../table-sample.ts";

/** The columns of numbers, and notes on all others. */
export function numericFeatures(sample: TableSample, without?: string) {
  const { features, notes } = featuresOf(sample, without);
  const isCategorical = (one: NumericFeature | CategoricalFeature) => one.kind === "categorical";
  const categorical = features.filter(isCategorical).map(({ name }) => JSON.stringify(name));
  if (categorical.length > 0)
    notes.push(
      `${categorical.length === 1 ? "The column" : "The columns"} ${categorical.join(", ")} ${categorical.length === 1 ? "holds" : "hold"} categories, and only numbers are looked at; encode them before to have them in.`,
    );
  const numeric = features.filter((one) => one.kind === "numeric");
  const missing = numeric.filter(({ values }) => values.some(Number.isNaN)).length;
  if (missing > 0)
    notes.push(
      `${missing} of ${counted(numeric.length, "column")} ${missing === 1 ? "has" : "have"} missing values; the mean stands in their place.`,
    );
  return { numeric, notes };
}
