import type { FeatureDefinition } from "@aws-sdk/client-sagemaker";
import type { FeatureValue } from "@aws-sdk/client-sagemaker-featurestore-runtime";

/** What is found of a feature's values. */
export interface Statistics {
  readonly figures: readonly (readonly [title: string, value: string])[];
  /** The most frequent values; empty for collections. */
  readonly frequent: readonly (readonly [value: string, records: string])[];
}

const figure = (value: number) => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6))));

/** The value below which a part of sorted numbers lies. */
const quantile = (sorted: readonly number[], part: number) => sorted[Math.ceil(part * sorted.length) - 1]!;

function numeric(numbers: readonly number[]): Statistics["figures"] {
  if (numbers.length === 0) return [];
  const sorted = numbers.toSorted((one, other) => one - other);
  const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const squares = numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return [
    ["Least", figure(sorted[0]!)],
    ["Greatest", figure(sorted.at(-1)!)],
    ["Mean", figure(mean)],
    ["Standard deviation", numbers.length > 1 ? figure(Math.sqrt(squares / (numbers.length - 1))) : "-"],
    ["25 %", figure(quantile(sorted, 0.25))],
    ["Median", figure(quantile(sorted, 0.5))],
    ["75 %", figure(quantile(sorted, 0.75))],
  ];
}

function lengths(all: readonly number[]): Statistics["figures"] {
  if (all.length === 0) return [];
  return [
    ["Shortest", String(Math.min(...all))],
    ["Longest", String(Math.max(...all))],
  ];
}

/** Statistics of a feature in records that were read: undefined for one that has no value. */
export function sampleStatistics(
  { FeatureType, CollectionType }: FeatureDefinition,
  values: readonly (FeatureValue | undefined)[],
): Statistics {
  const given = values.filter((one) => one !== undefined);
  const texts = given.map(({ ValueAsString }) => ValueAsString).filter((text) => text !== undefined);
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const frequent = [...counts].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
  return {
    figures: [
      ["Records", String(values.length)],
      ["With a value", String(given.length)],
      ...(CollectionType === undefined ? [["Distinct values", String(counts.size)] as const] : []),
      ...(CollectionType !== undefined
        ? lengths(given.map(({ ValueAsStringList = [] }) => ValueAsStringList.length))
        : FeatureType === "String"
          ? lengths(texts.map((text) => [...text].length))
          : numeric(texts.map(Number))),
    ],
    frequent: frequent.slice(0, 10).map(([value, count]) => [value, String(count)]),
  };
}
