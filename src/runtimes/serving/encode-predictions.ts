import type { Predictions } from "../../ml/define-algorithm.ts";

/**
 * The response formats of AWS's XGBoost image by Accept value. text/csv has one row a line, the numbers of a row
 * separated by commas; JSON has one `{"score": ...}` per row, with a list where a row has several numbers. Numbers are
 * 32-bit floats written with the digits of a double, as in Python.
 */
const encoders: Readonly<Record<string, (predictions: Predictions) => string>> = {
  "text/csv": (predictions) => rows(predictions, (values) => values.join(",")).join("\n"),
  "application/json": (predictions) => `{"predictions":[${rows(predictions, score).join(",")}]}`,
  "application/jsonlines": (predictions) => rows(predictions, score).join("\n"),
};

export const answerTypes: readonly string[] = Object.keys(encoders);

export interface Encoder {
  readonly type: string;
  encode(predictions: Predictions): string;
}

/**
 * Returns the encoder of the first type of an Accept header that has one; text/csv for an empty header and for any
 * type.
 */
export function encoderFor(accept: string): Encoder | undefined {
  for (const part of accept === "" ? ["*/*"] : accept.split(",")) {
    const asked = part.split(";")[0]!.trim().toLowerCase();
    const type = asked === "*/*" || asked === "text/*" ? "text/csv" : asked;
    if (Object.hasOwn(encoders, type)) return { type, encode: encoders[type]! };
  }
  return undefined;
}

function rows({ values, width }: Predictions, write: (row: Float32Array) => string): string[] {
  const lines: string[] = [];
  for (let from = 0; from < values.length; from += width) lines.push(write(values.subarray(from, from + width)));
  return lines;
}

const score = (row: Float32Array): string => `{"score":${row.length === 1 ? row[0] : `[${row.join(",")}]`}}`;
