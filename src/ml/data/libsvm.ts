import { DataError, type DataPlace, type DataSource, shown } from "./data-error.ts";
import { growingArray } from "./growing-array.ts";
import { eachLine } from "./lines.ts";
import type { LabelledData, Matrix } from "./matrix.ts";
import { notANumber, numberProblem, parseFloatBytes } from "./parse-float.ts";
import { rowPlaces } from "./row-places.ts";
import { createSparseRows } from "./sparse-rows.ts";
import { checkTableSize } from "./table-size.ts";

/**
 * libsvm text: `label[:weight] index:value index:value ...  # comment`, indexes from 0. An index that a row does not
 * name is a missing value, as in XGBoost. Rows for inference may leave the label out.
 */
export interface LibsvmReader {
  /** Reads whole lines; the last one may lack its line end. `place` is where the first of them stands. */
  read(bytes: Uint8Array, place: DataPlace): void;
  rows(): number;
  /** Largest index + 1. */
  columns(): number;
  /** At least `columns` wide: a held-out set seldom names every index. */
  features(columns?: number): Matrix;
  labelled(columns?: number): LabelledData;
}

const largestIndex = 2 ** 31 - 2;
const decoder = new TextDecoder();

/** What is wrong with an index, by what it looks like; the first that fits. */
const wrongIndexes: readonly (readonly [RegExp, string])[] = [
  [/^$/, "has no index before its colon"],
  [/^qid$/, "names a group of rows, which ranking takes and no objective that is built here"],
  [/^-\d+$/, "has a negative index"],
  [/^\+\d+$/, "has a sign before its index"],
  [/^\d+$/, "has an index that is too large"],
  [/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i, "has an index that is not written as a whole number"],
];

function indexProblem(text: string): string {
  const problem = wrongIndexes.find(([form]) => form.test(text))?.[1] ?? "has an index that is not a number";
  return `${problem}; an index is a whole number from 0 to ${largestIndex}, in digits.`;
}

/** `mostBytes`: what the table may take, see `checkTableSize`. */
export function createLibsvmReader(options: { labels: "required" | "optional"; mostBytes?: number }): LibsvmReader {
  const labels = growingArray((length) => new Float32Array(length));
  const weights = growingArray((length) => new Float32Array(length));
  const sparse = createSparseRows();
  const places = rowPlaces();
  let weighted = false;
  /** What the rows were read from, for a refusal of all of them. */
  let source: DataSource | undefined;

  const readLine = (bytes: Uint8Array, start: number, lineEnd: number, place: DataPlace) => {
    const comment = bytes.subarray(start, lineEnd).indexOf(35);
    const end = comment < 0 ? lineEnd : start + comment;
    let token = 0;
    for (let from = start; from < end; ) {
      if (bytes[from]! <= 32) {
        from++;
        continue;
      }
      let to = from;
      let colon = -1;
      for (; to < end && bytes[to]! > 32; to++) if (bytes[to] === 58 && colon < 0) colon = to;
      if (token === 0 && !(options.labels === "optional" && colon >= 0)) readLabel(bytes, from, to, colon, place);
      else {
        if (token === 0) labels.push(0);
        readEntry(bytes, from, to, colon, place);
      }
      token++;
      from = to;
    }
    if (token === 0) return;
    places.add(sparse.rows(), place);
    sparse.endRow();
  };

  const readLabel = (bytes: Uint8Array, from: number, to: number, colon: number, place: DataPlace) => {
    const label = parseFloatBytes(bytes, from, colon < 0 ? to : colon);
    if (label === notANumber) {
      const text = decoder.decode(bytes.subarray(from, colon < 0 ? to : colon));
      const hint = text.includes(",") ? " The line looks like CSV: set the ContentType to text/csv." : "";
      throw new DataError(place, `the label ${shown(text)} ${numberProblem(text)}.${hint}`);
    }
    labels.push(label);
    if (colon < 0 && !weighted) return;
    const weight = colon < 0 ? 1 : parseFloatBytes(bytes, colon + 1, to);
    if (weight === notANumber) {
      const text = decoder.decode(bytes.subarray(from, to));
      throw new DataError(place, `the weight in ${shown(text)} ${numberProblem(text.slice(text.indexOf(":") + 1))}.`);
    }
    // Rows before the first weight count 1 each.
    while (weights.length < labels.length - 1) weights.push(1);
    weights.push(weight);
    weighted = true;
  };

  const readEntry = (bytes: Uint8Array, from: number, to: number, colon: number, place: DataPlace) => {
    const textOf = (start: number, end: number) => decoder.decode(bytes.subarray(start, end));
    const refuse = (problem: string): never => {
      throw new DataError(place, `${shown(textOf(from, to))} ${problem}`);
    };
    if (colon < 0) refuse("is not of the form index:value.");
    let index = 0;
    for (let at = from; at < colon; at++) {
      const digit = bytes[at]! - 48;
      if (digit < 0 || digit > 9) refuse(indexProblem(textOf(from, colon)));
      index = index * 10 + digit;
    }
    if (colon === from || index > largestIndex) refuse(indexProblem(textOf(from, colon)));
    const value = parseFloatBytes(bytes, colon + 1, to);
    if (value === notANumber) refuse(`has a value that ${numberProblem(textOf(colon + 1, to))}.`);
    sparse.add(index, value);
  };

  const features = (wanted = 0): Matrix => {
    const rows = sparse.rows();
    const columns = Math.max(wanted, sparse.columns());
    const why = ` (its largest index is ${sparse.columns() - 1})`;
    checkTableSize({ rows, columns, why }, options.mostBytes, source);
    return sparse.table(columns);
  };

  return {
    read(bytes, place) {
      const { channel, file } = place;
      source ??= { channel, file };
      eachLine(bytes, place, readLine);
    },
    rows: sparse.rows,
    columns: sparse.columns,
    features,
    labelled: (wanted) => {
      const data = { features: features(wanted), labels: labels.take(), placeOf: places.find };
      return weighted ? { ...data, weights: weights.take() } : data;
    },
  };
}
