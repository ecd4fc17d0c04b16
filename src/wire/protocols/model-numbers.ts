import type { ShapeFacts } from "../constraints/shape-facts.ts";

/** The models' kinds of number, which the clients' schemas do not distinguish. */
const titles = { integer: "an Integer", long: "a Long", float: "a Float", double: "a Double" };
const greatest = { integer: 2 ** 31 - 1, long: 2 ** 63 };

/** Returns the kind as AWS's messages name it: "an Integer". */
export const numberTitle = (facts: ShapeFacts): string => titles[facts.number ?? "double"];

/** Whether a value is of the kind that the model requires: whole and within 32 or 64 bits, or any number. */
export function isModelNumber(value: number, { number }: ShapeFacts): boolean {
  if (number !== "integer" && number !== "long") return true;
  return Number.isInteger(value) && value <= greatest[number] && value >= -greatest[number] - 1;
}

/** The spellings of NaN and the infinities in JSON and text. */
export const specialNumbers: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);
