import { pythonJsonFloat } from "../../../base/python-text.ts";
import type { Matrix } from "../../data/matrix.ts";
import { writeRecords } from "../../data/recordio-protobuf.ts";
import { type Answer, type AnswerHalves, answererOf, type Predictions, type Serving } from "../../define-algorithm.ts";
import type { LinearModel } from "./model.ts";

interface Row {
  readonly score: Float32Array;
  /** Absent for a regressor. */
  readonly label?: number;
}

type Encode = (rows: readonly Row[]) => string | Uint8Array;

const scoreText = ({ score }: Row): string =>
  score.length === 1 ? pythonJsonFloat(score[0]!) : `[${Array.from(score, pythonJsonFloat).join(", ")}]`;
const json = (row: Row): string =>
  `{"score": ${scoreText(row)}${row.label === undefined ? "" : `, "predicted_label": ${row.label}`}}`;

/** AWS documents JSON, JSON Lines and RecordIO; a line of CSV has the label, where there is one, before the scores. */
const encoders: Readonly<Record<string, Encode>> = {
  "application/json": (rows) => `{"predictions": [${rows.map(json).join(", ")}]}`,
  "application/jsonlines": (rows) => rows.map((row) => `${json(row)}\n`).join(""),
  "application/x-recordio-protobuf": (rows) =>
    writeRecords(
      rows.map(({ score, label }) => ({
        score: [...score],
        ...(label === undefined ? {} : { predicted_label: [label] }),
      })),
    ),
  "text/csv": (rows) =>
    rows
      .map(
        ({ score, label }) =>
          `${[...(label === undefined ? [] : [label]), ...Array.from(score, pythonJsonFloat)].join(",")}\n`,
      )
      .join(""),
};

const usualType = "application/json";
const mostPayloadBytes = 6 * 2 ** 20;

export const servingOf = (
  predictor: (model: LinearModel) => (features: Matrix) => Predictions,
): Serving<LinearModel> => ({
  warnings: [],
  mostPayloadBytes,
  modelFiles: (files) => files.filter((name) => name === "model_algo-1"),
  otherFiles: "",
  answerer: (models) => answererOf(halvesOf(models, predictor)),
  halves: (models) => halvesOf(models, predictor),
});

const halvesOf = (
  [model]: readonly LinearModel[],
  predictor: (model: LinearModel) => (features: Matrix) => Predictions,
): AnswerHalves => ({
  predict: predictor(model!),
  encoder(accept) {
    // Parameters of a type, such as verbose=true, change no answer of this algorithm.
    const asked = accept.split(";")[0]!.trim().toLowerCase();
    const type = asked === "" || asked === "*/*" ? usualType : asked;
    const encode = Object.hasOwn(encoders, type) ? encoders[type] : undefined;
    return encode ? { type, encode: (predictions) => encode(rowsOf(model!, predictions)) } : refusal(accept);
  },
});

function rowsOf({ predictor, threshold }: LinearModel, { values, width }: Predictions): Row[] {
  const rows: Row[] = [];
  for (let from = 0; from < values.length; from += width) {
    const score = values.subarray(from, from + width);
    if (predictor === "regressor") rows.push({ score });
    else if (predictor === "binary_classifier") rows.push({ score, label: score[0]! > threshold ? 1 : 0 });
    else rows.push({ score, label: score.indexOf(Math.max(...score)) });
  }
  return rows;
}

const refusal = (accept: string): Answer => ({
  status: 406,
  type: "text/plain",
  body: `Accept ${accept} cannot be answered; ask for one of ${Object.keys(encoders).join(", ")}.`,
});
