import { shellWord } from "../../base/shell-word.ts";
import { DataError, type DataPlace, shown } from "./data-error.ts";
import { growingArray } from "./growing-array.ts";
import { eachLine, lineEnd } from "./lines.ts";
import type { LabelledData, Matrix } from "./matrix.ts";
import { notANumber, parseFloatBytes } from "./parse-float.ts";
import { rowPlaces } from "./row-places.ts";
import { checkTableSize } from "./table-size.ts";

/**
 * CSV as SageMaker's algorithms read it: numbers only, no header, one row a line, an empty field or "nan" is a missing
 * value. Fields are separated by commas, or by tabs or semicolons when the first line has no comma.
 */
export interface CsvReader {
  /** Reads whole lines; the last one may lack its line end. `place` is where the first of them stands. */
  read(bytes: Uint8Array, place: DataPlace): void;
  readonly rows: number;
  /** The columns of the rows so far; 0 without rows. */
  readonly columns: number;
  /** The separator of the first line: ",", "\t" or ";". */
  readonly separator: string;
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
    if (rows === 0) separator = findSeparator(bytes, start, end);
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
    if (rows === 0 || place.line === 1) {
      const nextEnd = lineEnd(bytes, end + 1);
      const next = end + 1 < bytes.length ? fieldsOf(end + 1, nextEnd) : [];
      if (/(^|\s)\d+:\S/.test(fields[column]!))
        throw new DataError(
          place,
          `${shown(fields[column]!)} is not a number; the line looks like libsvm. Set the ContentType to text/libsvm.`,
        );
      if (looksLikeHeader(fields, next))
        throw new DataError(
          place,
          `the first line looks like a header (${shown(fields.slice(0, 3).join(","))}); the data must have none. ` +
            `Remove it with \`sed -i 1d ${shellWord(place.file)}\`.`,
        );
    }
    throw new DataError(place, `${shown(fields[column]!.trim())} in column ${column + 1} is not a number.`);
  };

  return {
    read: (bytes, place) => eachLine(bytes, place, readLine),
    get rows() {
      return rows;
    },
    get columns() {
      return columns;
    },
    get separator() {
      return String.fromCharCode(separator);
    },
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

/** No field is a number, or the line below it has nothing but numbers. */
function looksLikeHeader(fields: readonly string[], next: readonly string[]): boolean {
  const encoder = new TextEncoder();
  const isNumber = (field: string) => {
    const bytes = encoder.encode(field);
    return parseFloatBytes(bytes, 0, bytes.length) !== notANumber;
  };
  if (!fields.some(isNumber)) return true;
  return next.length === fields.length && next.every(isNumber);
}

function findSeparator(bytes: Uint8Array, start: number, end: number): number {
  const line = bytes.subarray(start, end);
  return [44, 9, 59].find((candidate) => line.includes(candidate)) ?? 44;
}
