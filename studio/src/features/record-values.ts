import type { FeatureDefinition, FeatureType } from "@aws-sdk/client-sagemaker";
import type { FeatureValue } from "@aws-sdk/client-sagemaker-featurestore-runtime";

/** What stands in the fields of a record, by the feature; a collection has a value a line. */
export type RecordTexts = Readonly<Record<string, string>>;

const bound = 2n ** 63n;
const isOfType: Readonly<Record<FeatureType, (text: string) => boolean>> = {
  String: () => true,
  Integral: (text) => /^[+-]?\d+$/.test(text) && isLong(text),
  Fractional: (text) => /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$|^[+-]?(Infinity|NaN)$/.test(text),
};
const isLong = (text: string) => {
  const value = BigInt(text.replace(/^\+/, ""));
  return value >= -bound && value < bound;
};

export const typeWords: Readonly<Record<FeatureType, string>> = {
  String: "A text",
  Integral: "A whole number of 64 bits, such as 42",
  Fractional: "A number, such as 4.2",
};

/** What a person is told of a feature's type. */
export function typeOf({ FeatureType, CollectionType, CollectionConfig }: FeatureDefinition): string {
  if (CollectionType === undefined) return FeatureType!;
  const dimension = CollectionConfig?.VectorConfig?.Dimension;
  return `${CollectionType} of ${FeatureType}${dimension === undefined ? "" : `, ${dimension} values`}`;
}

const linesOf = (text: string) => text.split("\n").filter((line) => line !== "");

/** What is wrong with the text of a value; undefined for a value of the type. */
export function valueProblem(definition: FeatureDefinition, text: string): string | undefined {
  const { FeatureType = "String", CollectionType, CollectionConfig } = definition;
  const all = CollectionType === undefined ? [text] : linesOf(text);
  const wrong = all.find((one) => !isOfType[FeatureType](one));
  if (wrong !== undefined) return `${typeWords[FeatureType]}, and not "${wrong.slice(0, 60)}".`;
  if (CollectionType === "Set" && new Set(all).size < all.length) return "A set has each value once.";
  const dimension = CollectionConfig?.VectorConfig?.Dimension;
  if (dimension !== undefined && all.length !== dimension)
    return `The vector has ${dimension} values, a line each; here are ${all.length}.`;
  return undefined;
}

/** What is wrong with the text of an event time. */
export function timeProblem(type: FeatureType, text: string): string | undefined {
  if (type === "String")
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(text) && isTime(text)
      ? undefined
      : "A time in UTC, such as 2026-01-31T08:00:00Z or 2026-01-31T08:00:00.250Z.";
  return /^\+?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(text)
    ? undefined
    : "Seconds since 1970, such as 1769846400 or 1769846400.5.";
}

/** A day that there is not becomes another one, where it is read at all. */
const isTime = (text: string) => {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === text.slice(0, 19);
};

/** A time as an event time of a type is written: "2026-01-31T08:00:00.250Z", "1769846400.25". */
export const eventTimeText = (type: FeatureType, time: Date): string =>
  type === "String" ? time.toISOString() : String(time.getTime() / 1_000);

/** The values of a record as they are put: what is empty has no value. */
export const recordOf = (features: readonly FeatureDefinition[], texts: RecordTexts): FeatureValue[] =>
  features.flatMap(({ FeatureName, CollectionType }): FeatureValue[] => {
    const text = texts[FeatureName!] ?? "";
    if (text === "") return [];
    if (CollectionType === undefined) return [{ FeatureName, ValueAsString: text }];
    return [{ FeatureName, ValueAsStringList: linesOf(text) }];
  });

export const textsOf = (record: readonly FeatureValue[]): RecordTexts =>
  Object.fromEntries(
    record.map(({ FeatureName, ValueAsString, ValueAsStringList }) => [
      FeatureName!,
      ValueAsString ?? (ValueAsStringList ?? []).join("\n"),
    ]),
  );
