import { Fault } from "../../../aws/faults.ts";
import type { InputOf } from "../../../wire/operations.ts";
import type { FeatureDefinition, FeatureType } from "./feature-definition.ts";

export type Client = typeof import("@aws-sdk/client-sagemaker-featurestore-runtime");
export type FeatureValue = NonNullable<InputOf<Client, "PutRecord">["Record"]>[number];

/** A refusal of the runtime API, whose errors have names of their own. */
export const validationError = (message: string): Fault => new Fault("ValidationError", message);

const maximum = 2n ** 63n;
const integral = /^[+-]?\d+$/;
const fractional = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$|^[+-]?(Infinity|NaN)$/;

const isOfType: Readonly<Record<FeatureType, (text: string) => boolean>> = {
  String: () => true,
  Fractional: (text) => fractional.test(text),
  Integral(text) {
    if (!integral.test(text)) return false;
    // Nineteen digits may be too many for 64 bits.
    if (text.length < 19) return true;
    const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
    return value >= -maximum && value < maximum;
  },
};

const typeWords: Readonly<Record<FeatureType, string>> = {
  String: "a text",
  Integral: "a whole number of 64 bits, such as 42",
  Fractional: "a number, such as 4.2",
};

/** Checks the value of a feature against its definition. @throws Fault */
export function checkValue(value: FeatureValue, definition: FeatureDefinition): void {
  const { FeatureName: name, ValueAsString: single, ValueAsStringList: list } = value;
  const { CollectionType: collection } = definition;
  if (collection === undefined) {
    if (list !== undefined)
      throw validationError(`The feature ${name} is a single value: give ValueAsString, not ValueAsStringList.`);
    if (single === undefined || single === null)
      throw validationError(`The feature ${name} has no value: give ValueAsString, or leave the feature out.`);
    checkText(name!, single, definition);
    return;
  }
  if (single !== undefined)
    throw validationError(`The feature ${name} is a ${collection}: give ValueAsStringList, not ValueAsString.`);
  if (!list)
    throw validationError(`The feature ${name} has no value: give ValueAsStringList, or leave the feature out.`);
  for (const element of list) checkText(name!, element, definition);
  if (collection === "Set" && new Set(list).size < list.length)
    throw validationError(`The feature ${name} is a Set, and ValueAsStringList has a value twice.`);
  const dimension = definition.CollectionConfig?.VectorConfig?.Dimension;
  if (collection === "Vector" && list.length !== dimension)
    throw validationError(
      `The feature ${name} is a Vector of dimension ${dimension}, and ValueAsStringList has ${list.length} values.`,
    );
}

function checkText(name: string, text: string, { FeatureType: type }: FeatureDefinition): void {
  if (typeof text === "string" && isOfType[type!](text)) return;
  throw validationError(
    `The feature ${name} has FeatureType ${type}, and its value is ${shown(text)}; it must be ${typeWords[type!]}.`,
  );
}

export const shown = (text: string): string =>
  JSON.stringify(text === undefined || text === null || text.length <= 60 ? text : `${text.slice(0, 60)}...`);
