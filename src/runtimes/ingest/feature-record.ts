/** A value of a record, as PutRecord takes it. */
export interface RecordValue {
  readonly FeatureName: string;
  readonly ValueAsString?: string;
  readonly ValueAsStringList?: readonly string[];
}

/**
 * Reads a record of a stream: a JSON object of features. Null is no value, and a list is one of a collection. A number has
 * the digits that stand there. @throws SyntaxError that says what is wrong
 */
export function featureRecord(text: string): RecordValue[] {
  const found: unknown = JSON.parse(text, digitsOf as (key: string, value: unknown) => unknown);
  if (typeof found !== "object" || found === null || Array.isArray(found))
    throw new SyntaxError("The record is no JSON object of features.");
  return Object.entries(found)
    .filter(([, value]) => value !== null)
    .map(([FeatureName, value]) =>
      Array.isArray(value)
        ? { FeatureName, ValueAsStringList: value.map((element) => scalar(FeatureName, element)) }
        : { FeatureName, ValueAsString: scalar(FeatureName, value) },
    );
}

/** Returns the elements of a collection that is written as a list of JSON. @throws SyntaxError that says what is wrong */
export function listElements(name: string, text: string): readonly string[] {
  const refusal = () => new SyntaxError(`The feature ${name} is a collection, and ${text} is no list of JSON.`);
  let found: unknown;
  try {
    found = JSON.parse(text, digitsOf as (key: string, value: unknown) => unknown);
  } catch {
    throw refusal();
  }
  if (!Array.isArray(found)) throw refusal();
  return found.map((element) => scalar(name, element));
}

/** Numbers past 2^53 are not rounded. */
const digitsOf = (_key: string, value: unknown, { source }: { readonly source?: string }): unknown =>
  typeof value === "number" ? source : value;

function scalar(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  throw new SyntaxError(
    `The feature ${name} has ${value === null ? "null in a list" : "an object"}, which is no value.`,
  );
}
