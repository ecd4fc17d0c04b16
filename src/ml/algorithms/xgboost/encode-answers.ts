import { pythonFloat, pythonJsonFloat } from "../../../base/python-text.ts";
import { writeRecords } from "../../data/recordio-protobuf.ts";
import type { Predictions } from "../../define-algorithm.ts";
import { absentOutput, type SelectedOutput } from "./selected-outputs.ts";
import type { AnswerType } from "./serving-environment.ts";

/** Predictions or selected outputs as the body of an answer. */
export type Encoder = (predictions: Predictions) => string | Uint8Array;

const pythonList = (row: Float32Array): string => `[${Array.from(row, pythonFloat).join(", ")}]`;
/** Returns a row as Python's str writes it: a number, or a list of several. */
const pythonRow = (row: Float32Array): string => (row.length === 1 ? pythonFloat(row[0]!) : pythonList(row));
const jsonRow = (row: Float32Array): string =>
  row.length === 1 ? pythonJsonFloat(row[0]!) : `[${Array.from(row, pythonJsonFloat).join(", ")}]`;
const inJson = (entries: readonly string[]): string => `{"predictions": [${entries.join(", ")}]}`;

/** The encoders of predictions that nothing is selected of. A type that has none is not answered. */
export const predictionEncoders = {
  /** Images before 1.2-2. */
  joined: (predictions) => eachRow(predictions, pythonRow).join(","),
  /** Rows for batch transform. */
  batch: (predictions) => lines(eachRow(predictions, pythonRow)),
  "text/csv": ({ values, width }) => {
    let text = "";
    for (let i = 0; i < values.length; i++) text += pythonFloat(values[i]!) + ((i + 1) % width === 0 ? "\n" : ",");
    return text;
  },
  "application/json": (predictions) => inJson(eachRow(predictions, (row) => `{"score": ${jsonRow(row)}}`)),
} satisfies Readonly<Record<string, Encoder>>;

const lines = (rows: readonly string[]): string => `${rows.join("\n")}\n`;

function eachRow<T>({ values, width }: Predictions, write: (row: Float32Array) => T): T[] {
  const rows: T[] = [];
  for (let from = 0; from < values.length; from += width) rows.push(write(values.subarray(from, from + width)));
  return rows;
}

/**
 * Returns the encoders of the selected outputs. text/csv has them in the order of the selection, the others in the
 * order of `outputs`, keys that the objective does not have last. A list is written in quotes in text/csv.
 */
export function selectionEncoders(
  selected: readonly string[],
  outputs: Readonly<Record<string, SelectedOutput>>,
  { batch }: { readonly batch: boolean },
): Readonly<Record<AnswerType, Encoder>> {
  const outputOf = (key: string): SelectedOutput => (Object.hasOwn(outputs, key) ? outputs[key]! : absentOutput);
  const wanted = new Set(selected);
  const ordered = new Set([...Object.keys(outputs).filter((key) => wanted.has(key)), ...selected]);
  const asCsv = (row: Float32Array) =>
    selected.map((key) => textOf(outputOf(key), row, pythonFloat, (list) => `"[${list}]"`)).join(",");
  const asJson = (row: Float32Array) =>
    `{${[...ordered].map((key) => `${JSON.stringify(key)}: ${textOf(outputOf(key), row, pythonJsonFloat, (list) => `[${list}]`)}`).join(", ")}}`;
  return {
    "text/csv": (predictions) => eachRow(predictions, asCsv).join("\n") + (batch ? "\n" : ""),
    "application/json": (predictions) => inJson(eachRow(predictions, asJson)),
    "application/jsonlines": (predictions) => lines(eachRow(predictions, asJson)),
    "application/x-recordio-protobuf": (predictions) =>
      writeRecords(
        eachRow(predictions, (row) =>
          Object.fromEntries([...ordered].map((key) => [key, [outputOf(key).read(row)].flat()])),
        ),
      ),
  };
}

function textOf(
  output: SelectedOutput,
  row: Float32Array,
  float: (value: number) => string,
  list: (text: string) => string,
): string {
  const write = output.integer ? String : float;
  const value = output.read(row);
  return typeof value === "number" ? write(value) : list(value.map(write).join(", "));
}
