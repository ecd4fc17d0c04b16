import { createCsvReader } from "../../ml/data/csv.ts";
import { DataError } from "../../ml/data/data-error.ts";
import { createLibsvmReader } from "../../ml/data/libsvm.ts";
import type { Matrix } from "../../ml/data/matrix.ts";
import type { AnyAlgorithm } from "../../ml/define-algorithm.ts";
import { acceptedContentTypes, type TextFormat, textFormat } from "../content-type.ts";
import { mostTableBytes } from "../run-memory.ts";
import { answerTypes, encoderFor } from "./encode-predictions.ts";

export interface Invocation {
  readonly body: Uint8Array;
  /** The request's content type; empty when it has none. */
  readonly contentType: string;
  readonly accept: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** The content type that AWS's image assumes for a payload without one. */
const defaultContentType = "text/libsvm";

/** Creates the function that answers POST /invocations for a model. */
export function createInvoker(algorithm: AnyAlgorithm, model: unknown): (invocation: Invocation) => Answer {
  const predict = algorithm.predictor(model);
  const columns = algorithm.columns(model);
  return ({ body, contentType, accept }) => {
    const found = textFormat(contentType || defaultContentType);
    if (!found)
      return refusal(
        415,
        `Content type ${contentType} is not supported; send one of ${acceptedContentTypes.join(", ")}.`,
      );
    const encoder = encoderFor(accept);
    if (!encoder) return refusal(406, `Accept ${accept} cannot be answered; ask for one of ${answerTypes.join(", ")}.`);
    try {
      const features = readFeatures(body, found.format, columns);
      return { status: 200, type: encoder.type, body: encoder.encode(predict(features)) };
    } catch (error) {
      if (error instanceof DataError) return refusal(400, error.message);
      throw error;
    }
  };
}

const refusal = (status: number, body: string): Answer => ({ status, type: "text/plain", body });

const source = { file: "payload" };
const room = { mostBytes: mostTableBytes };

function readFeatures(body: Uint8Array, format: TextFormat, columns: number): Matrix {
  const reader = format === "csv" ? createCsvReader(room) : createLibsvmReader({ ...room, labels: "optional" });
  reader.read(body, { ...source, line: 1 });
  if (reader.rows === 0) throw new DataError(source, "it is empty; send at least one row.");
  if (format === "csv" ? reader.columns !== columns : reader.columns > columns) {
    const isLabelled = format === "csv" && reader.columns === columns + 1;
    throw new DataError(
      source,
      `rows have ${reader.columns} features, the model was trained on ${columns}.` +
        (isLabelled ? " Leave out the label: rows for prediction have none." : ""),
    );
  }
  return reader.features(columns);
}
