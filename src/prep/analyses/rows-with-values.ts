import { StepFault } from "../step-fault.ts";
import type { SampleColumn } from "../table-sample.ts";
import { groupValues } from "./grouped-values.ts";

/** As many values of a column are looked at one by one. */
const mostValues = 100;

/** The values or the threshold in words: "5,4", "above 50". */
export const nameOfValues = (given: string, isThreshold: boolean): string =>
  isThreshold ? `above ${given.trim()}` : wordsOf(given).join(",");
const wordsOf = (given: string): readonly string[] => given.split(";").map((one) => one.trim());

/**
 * The rows with one of the values, which semicolons separate, or above a threshold: 1, others 0. A row without a value is
 * not among them.
 *
 * @throws StepFault for a threshold that is no number, or of texts
 */
export function rowsWith(column: SampleColumn, given: string, isThreshold: boolean, notes: string[]): Uint8Array {
  const place = `The column ${JSON.stringify(column.name)}`;
  if (column.kind === "other")
    throw new StepFault(`${place} is ${column.type.kind}; a bias report needs numbers or texts.`);
  if (isThreshold) {
    const threshold = Number(given);
    if (given.trim() === "" || Number.isNaN(threshold))
      throw new StepFault(
        `The threshold of ${JSON.stringify(column.name)} is ${JSON.stringify(given)}; give a number.`,
      );
    if (column.kind === "categorical")
      throw new StepFault(
        `${place} is text, and a threshold parts numbers. Give values, or parse the column as numbers first.`,
      );
    return Uint8Array.from(column.values, (value) => (value > threshold ? 1 : 0));
  }
  const { codes, labels } = groupValues(column, column.kind === "numeric" ? column.values.length : column.codes.length);
  const words = wordsOf(given);
  const isMeant = labels.map((label) => words.some((word) => isSame(label, word)));
  for (const word of words)
    if (!labels.some((label) => isSame(label, word)))
      notes.push(`${place} has no row with the value ${JSON.stringify(word)}.`);
  return Uint8Array.from(codes, (code) => (isMeant[code] ? 1 : 0));
}

/** 5 is "5" and "5.0"; true is "true" and "1". */
function isSame(label: string | number | boolean | null, word: string): boolean {
  if (typeof label === "string") return label.trim() === word;
  if (typeof label === "boolean") return word.toLowerCase() === `${label}` || word === (label ? "1" : "0");
  return typeof label === "number" && word !== "" && label === Number(word);
}

/** The rows of each value by itself, those of most rows first; a row without a value is in none. @throws StepFault */
export function rowsOfEachValue(column: SampleColumn, isThreshold: boolean, notes: string[]) {
  if (isThreshold)
    throw new StepFault(
      `facet_values is missing: give the number above which the values of ${JSON.stringify(column.name)} are the facet.`,
    );
  const { codes, labels, others } = groupValues(column, mostValues);
  if (others > 0)
    notes.push(
      `The column ${JSON.stringify(column.name)} has ${labels.length - 1 + others} values; the ${mostValues} that most rows have are looked at.`,
    );
  return labels.flatMap((label, at) =>
    label === null || (others > 0 && at === mostValues)
      ? []
      : [{ name: `${label}`, inside: Uint8Array.from(codes, (code) => (code === at ? 1 : 0)) }],
  );
}
