/** What the values of a column are to a model. */
export const featureTypes = [
  "binary",
  "numeric",
  "categorical",
  "text",
  "datetime",
  "vector",
  "image",
  "empty",
  "other",
] as const;
export type FeatureType = (typeof featureTypes)[number];

/** Of a column of texts: how many of its values are of a kind. */
export interface TextCounts {
  /** Rows with a value: not null, nor empty, nor blank. */
  readonly present: number;
  readonly numbers: number;
  readonly datetimes: number;
  /** Those of the datetimes that are no plain numbers. */
  readonly writtenDatetimes: number;
  readonly distinct: number;
}

/**
 * The type of a column of texts: that of the greatest score, of equal ones the first of binary, numeric, categorical, text
 * and datetime. The rules are those of `aws/sagemaker-data-insights`; what is neither a number nor a time counts as text.
 */
export function textFeatureType(counts: TextCounts): FeatureType {
  const { datetimes, distinct, numbers, present, writtenDatetimes } = counts;
  if (present === 0) return "empty";
  const isDatetime = datetimes > 0.6 * present && writtenDatetimes > 0.05 * datetimes;
  const scores: readonly (readonly [FeatureType, number])[] = [
    ["binary", distinct === 2 ? 1 : 0],
    ["numeric", numbers / present],
    ["categorical", categoricalScore(distinct / present)],
    ["text", (present - numbers - (isDatetime ? writtenDatetimes : 0)) / present],
    ["datetime", isDatetime ? 1 : 0],
  ];
  return scores.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** 1 while fewer than 1 % of the values differ, falling to 0 where 20 % do. */
const categoricalScore = (share: number): number => Math.min(1, Math.max(0, (0.2 - share) / (0.2 - 0.01)));
