import { shellWord } from "../../../base/shell-word.ts";
import { DataError } from "../../data/data-error.ts";
import type { LabelledData } from "../../data/matrix.ts";
import type { Objective } from "./objectives.ts";

/**
 * Refuses labels that the objective cannot learn, weights below 0, and a table without features. When another column
 * looks like the classes, the message says so, with the command that moves it to the front.
 */
export function checkLabels(data: LabelledData, objective: Objective, classes: number): void {
  const { labels, weights, features } = data;
  if (features.columns === 0)
    throw new DataError(
      data.placeOf(0),
      "the row has a label and no features; give at least one column after the label.",
    );
  for (let row = 0; row < labels.length; row++) {
    const allowed = objective.labelProblem(labels[row]!, classes);
    if (allowed) {
      const place = data.placeOf(row);
      const found = readable(labels[row]!);
      throw new DataError(
        place,
        `the label is ${found}; it must be ${allowed}.${labelHint(data, classes, place.file)}`,
      );
    }
    if (weights && !(weights[row]! >= 0))
      throw new DataError(data.placeOf(row), `the weight is ${readable(weights[row]!)}; it must be 0 or more.`);
  }
}

/**
 * Returns a 32-bit number as it was written: 17.99, not 17.989999771118164. One with more digits than a 32-bit number
 * keeps may have been written otherwise.
 */
function readable(value: number): string {
  if (Number.isNaN(value)) return "missing";
  const text = String(Number(value.toPrecision(7)));
  return Math.fround(Number(text)) === value ? text : `about ${text}`;
}

/** For CSV data: the column that looks like the classes, and the command that moves it to the front. */
function labelHint({ features, csv }: LabelledData, classes: number, file: string): string {
  if (!csv || classes === 0) return "";
  const candidates = Array.from({ length: features.columns }, (_, column) => column).filter((column) =>
    holdsClasses(features.values, features.columns, column, classes),
  );
  // Where several columns look like classes, the last or the first one is preferred: labels stand there by habit.
  const last = features.columns - 1;
  const column =
    [last, 0].find((usual) => candidates.includes(usual)) ?? (candidates.length === 1 ? candidates[0]! : -1);
  if (column < 0) return "";
  const before = column + csv.leadingFields;
  if (!/^[,;|: \t]$/.test(csv.separator)) return "";
  const inBrackets = csv.separator === "\t" ? "\\t" : csv.separator;
  // Between brackets, because "|" has a meaning of its own outside.
  const [separator, field] = [`[${inBrackets}]`, `[^${inBrackets}]*`];
  const script =
    column === last
      ? `s/(.*)${separator}(.*)/\\2${inBrackets}\\1/`
      : `s/^((${field}${separator}){${before}})(${field})${separator}/\\3${inBrackets}\\1/`;
  return (
    ` The label must be the first column, and column ${before + 1} holds only whole numbers from 0 to ${classes - 1}; ` +
    `if that is the label, move it with \`sed -E -i '${script}' ${shellWord(file)}\`.`
  );
}

function holdsClasses(values: Float32Array, columns: number, column: number, classes: number): boolean {
  const first = values[column]!;
  let varied = false;
  for (let cell = column; cell < values.length; cell += columns) {
    const value = values[cell]!;
    if (!Number.isInteger(value) || value < 0 || value >= classes) return false;
    varied ||= value !== first;
  }
  return varied;
}
