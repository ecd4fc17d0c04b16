import { shellWord } from "../../base/shell-word.ts";
import { delimiterText, findDelimiter } from "./csv-delimiter.ts";
import { DataError, type DataPlace, shown } from "./data-error.ts";
import { growingArray } from "./growing-array.ts";
import { eachLine } from "./lines.ts";
import type { LabelledData, Matrix } from "./matrix.ts";
import { notANumber, numberProblem, parseFloatBytes, quoted } from "./parse-float.ts";
import { rowPlaces } from "./row-places.ts";
import { checkTableSize } from "./table-size.ts";

/**
 * CSV as SageMaker's algorithms read it: numbers only, no header, one row a line, an empty field or "nan" is a missing
 * value. What separates fields is found on the first line, see csv-delimiter.ts.
 */
export interface CsvReader {
  /** Reads whole lines; the last one may lack its line end. `place` is where the first of them stands. */
  read(bytes: Uint8Array, place: DataPlace): void;
  rows(): number;
  /** The columns of the rows so far; 0 without rows. */
  columns(): number;
  /** The separator of the first line. */
  separator(): string;
  /** All columns are features. */
  features(): Matrix;
  /** The first column is the label; with `weighted`, the second is the row's weight. Takes the table apart: call it once. */
  labelled(options: { weighted: boolean }): LabelledData;
}

const decoder = new TextDecoder();

/** A table that grows is measured again after so many rows. */
const measuredRows = 1024;

/** `mostBytes`: what the table may take, see `checkTableSize`. */
export function createCsvReader({ mostBytes }: { mostBytes?: number } = {}): CsvReader {
  const values = growingArray((length) => new Float32Array(length));
  const places = rowPlaces();
  let rows = 0;
  let columns = 0;
  let separator = 44;

  const readLine = (bytes: Uint8Array, start: number, end: number, place: DataPlace) => {
    if (rows === 0) separator = findDelimiter(bytes, start, end);
    let count = 0;
    for (let from = start; from <= end; count++) {
      let to = from;
      while (to < end && bytes[to] !== separator) to++;
      const value = parseFloatBytes(bytes, from, to);
      if (value === notANumber) refuseField(bytes, start, end, count, place);
      values.push(value);
      from = to + 1;
    }
    if (rows === 0) columns = count;
    else if (count !== columns)
      throw new DataError(
        place,
        `the row has ${count} ${count === 1 ? "value" : "values"}, the rows before it have ${columns}: ${shown(decoder.decode(bytes.subarray(start, end)))}.`,
      );
    places.add(rows++, place);
    if (rows % measuredRows === 1) {
      const { channel, file } = place;
      checkTableSize({ rows, columns, why: " so far" }, mostBytes, { channel, file });
    }
  };

  /** Explains a field that is not a number: a header, another format, or a plain mistake. */
  const refuseField = (bytes: Uint8Array, start: number, end: number, column: number, place: DataPlace): never => {
    const fieldsOf = (from: number, to: number) =>
      decoder.decode(bytes.subarray(from, to)).split(String.fromCharCode(separator));
    const fields = fieldsOf(start, end);
    const field = shown(fields[column]!.trim());
    if (rows === 0 && /(^|\s)\d+:\S/.test(fields.join(" ")))
      throw new DataError(
        place,
        `${shown(decoder.decode(bytes.subarray(start, end)))} is not a row of numbers; it looks like libsvm. Set the ContentType to text/libsvm.`,
      );
    const why = numberProblem(fields[column]!);
    const problem = `${field} in column ${column + 1} ${why}`;
    const separated = `fields are separated by ${delimiterText(String.fromCharCode(separator))}`;
    if (why === quoted) {
      const how = place.isRequest ? "" : `, as \`${copyWithoutQuotes(place.file)}\` writes them to another file`;
      throw new DataError(place, `${problem} (${separated}). Write numbers without quotes${how}.`);
    }
    // A header holds words, not numbers that cannot be read.
    if (place.line > 1 || why !== "is not a number") throw new DataError(place, `${problem} (${separated}).`);
    throw new DataError(
      place,
      `${problem} (${separated}). If the line is a header, give the data without it` +
        `${place.isRequest ? "" : `, as \`${copyWithoutFirstLine(place.file)}\` writes it to another file`}; ` +
        "if it is a row of data, write a number there, or nothing for a missing value.",
    );
  };

  return {
    read: (bytes, place) => eachLine(bytes, place, readLine),
    rows: () => rows,
    columns: () => columns,
    separator: () => String.fromCharCode(separator),
    features: () => ({ rows, columns, values: values.take() }),
    labelled: ({ weighted }) => ({
      ...splitColumns(values.take(), rows, columns, weighted),
      placeOf: places.find,
      csv: { separator: String.fromCharCode(separator), leadingFields: weighted ? 2 : 1 },
    }),
  };
}

function splitColumns(values: Float32Array, rows: number, columns: number, weighted: boolean) {
  const lead = weighted ? 2 : 1;
  const width = columns - lead;
  const labels = new Float32Array(rows);
  const weights = weighted ? new Float32Array(rows) : undefined;
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    labels[row] = values[from]!;
    if (weights) weights[row] = values[from + 1]!;
    // Moves each row's features to the front, over what was already read.
    values.copyWithin(row * width, from + lead, from + columns);
  }
  const features = { rows, columns: width, values: values.subarray(0, rows * width) };
  return weights ? { features, labels, weights } : { features, labels };
}

const copyWithoutQuotes = (file: string): string =>
  `tr -d '"' < ${shellWord(file)} > ${shellWord(`${file}.without-quotes`)}`;

/** Leaves the file as it is: the line may be data. */
const copyWithoutFirstLine = (file: string): string =>
  `tail -n +2 ${shellWord(file)} > ${shellWord(`${file}.without-first-line`)}`;
