import type { ShapeFacts } from "../constraints/facts.ts";

/** The kinds of number that the models have; the clients' schemas do not tell them apart. */
const titles = { integer: "an Integer", long: "a Long", float: "a Float", double: "a Double" };
const greatest = { integer: 2 ** 31 - 1, long: 2 ** 63 };

/** The kind as AWS's texts have it: "an Integer". */
export const numberTitle = (facts: ShapeFacts): string => titles[facts.number ?? "double"];

/** Whether a value is of the kind that the model wants: whole and within 32 or 64 bits, or any number. */
export function isModelNumber(value: number, { number }: ShapeFacts): boolean {
  if (number !== "integer" && number !== "long") return true;
  return Number.isInteger(value) && value <= greatest[number] && value >= -greatest[number] - 1;
}

/** How NaN and the infinities are written in JSON and text. */
export const specialNumbers: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);
